// `npm test`: types, style, import arrows, nothing unused, then the tests. Each step stops the run when it fails.
// `npm test -- --all` adds the slow ones and those on LocalStack: docs/testing.md names them.
import { spawnSync } from 'node:child_process';
import { findCfnLint } from '../test/cfn-lint/find.ts';
import { whyNoLocalStack } from './localstack.mjs';

const options = process.argv.slice(2);
const all = options.includes('--all');
const unknown = options.filter((option) => option !== '--all');
if (unknown.length > 0) {
  console.error(`npm test takes --all, not ${unknown.join(' ')}. Single files: npx vitest run ${unknown.join(' ')}`);
  process.exit(2);
}
const json = process.env.MILLRACE_TEST_JSON;
const noLocalStack = all ? await whyNoLocalStack() : undefined;
if (noLocalStack && process.env.LOCALSTACK_IMAGE) {
  console.error(`LOCALSTACK_IMAGE asks for the LocalStack suite, but ${noLocalStack}.`);
  process.exit(1);
}
const noCfnLint = findCfnLint() === undefined;
const left = [...(all ? [] : ['slow', 'localstack']), ...(noLocalStack ? ['localstack'] : []), ...(noCfnLint ? ['cfn-lint'] : [])];
const projects = left.map((name) => `--project=!${name}`);
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
if (!all)
  console.log('The slow tests were left out (load, soak, most seeds of the simulator, LocalStack): npm test -- --all runs them too.');
if (noLocalStack) console.log(`The LocalStack suite (npm run test:localstack) was skipped: ${noLocalStack}.`);
if (noCfnLint) console.log('cfn-lint was skipped: it is not installed; test/cfn-lint/requirements.txt says how to do that.');
