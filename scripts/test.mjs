// `npm test`: types, style, import arrows, nothing unused, then every test. Each step stops the run when it fails.
import { spawnSync } from 'node:child_process';
import { whyNoLocalStack } from './localstack.mjs';

const json = process.env.MILLRACE_TEST_JSON;
const missing = await whyNoLocalStack();
if (missing && process.env.LOCALSTACK_IMAGE) {
  console.error(`LOCALSTACK_IMAGE asks for the LocalStack suite, but ${missing}.`);
  process.exit(1);
}
const projects = missing ? ['--project', 'millrace'] : [];
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
if (missing) console.log(`The LocalStack suite (npm run test:localstack) was skipped: ${missing}.`);
