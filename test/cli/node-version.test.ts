import { expect, it } from 'vitest';
import { nodeVersionProblem } from '../../lib/cli/node-version.ts';

it.each([
  ['18.0.0', false],
  ['20.20.2', false],
  ['22.17.9', false],
  ['22.18.0', true],
  ['23.0.0', true],
  ['24.21.0', true],
])('Node %s will do: %s', (version, will) => {
  const problem = nodeVersionProblem(version);
  expect(problem === undefined).toBe(will);
  if (!will) expect(problem).toBe(`millrace needs Node 22.18 or later (AWS runs 24); this is Node ${version}`);
});
