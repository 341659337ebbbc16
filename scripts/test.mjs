// `npm test`: types, style, import arrows, nothing unused, then every test. Each step stops the run when it fails.
import { spawnSync } from 'node:child_process';
import { findCfnLint } from '../test/cfn-lint/find.ts';
import { whyNoLocalStack } from './localstack.mjs';

const json = process.env.MILLRACE_TEST_JSON;
const noLocalStack = await whyNoLocalStack();
if (noLocalStack && process.env.LOCALSTACK_IMAGE) {
  console.error(`LOCALSTACK_IMAGE asks for the LocalStack suite, but ${noLocalStack}.`);
  process.exit(1);
}
const noCfnLint = findCfnLint() === undefined;
const projects = [...(noLocalStack ? ['--project=!localstack'] : []), ...(noCfnLint ? ['--project=!cfn-lint'] : [])];
const steps = [
  ['tsc', []],
  ['biome', ['check']],
  ['depcruise', ['lib', 'functions', 'infra', '--output-type', 'err']],
  ['knip', []],
  ['vitest', ['run', ...projects, ...(json ? ['--reporter=default', '--reporter=json', `--outputFile.json=${json}`] : [])]],
];
for (const [command, args] of steps) {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
if (noLocalStack) console.log(`The LocalStack suite (npm run test:localstack) was skipped: ${noLocalStack}.`);
if (noCfnLint) console.log('cfn-lint was skipped: it is not installed; test/cfn-lint/requirements.txt says how to do that.');
