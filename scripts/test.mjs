// `npm test`: types, style, import arrows, nothing unused, then every test. Each step stops the run when it fails.
import { spawnSync } from 'node:child_process';

const json = process.env.MILLRACE_TEST_JSON;
const steps = [
  ['tsc', []],
  ['biome', ['check']],
  ['depcruise', ['lib', 'functions', 'infra', '--output-type', 'err']],
  ['knip', []],
  ['vitest', ['run', ...(json ? ['--reporter=default', '--reporter=json', `--outputFile.json=${json}`] : [])]],
];
for (const [command, args] of steps) {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
