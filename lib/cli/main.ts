#!/usr/bin/env node
import { nodeVersionProblem } from './node-version.ts';

const problem = nodeVersionProblem(process.versions.node);
if (problem === undefined) {
  // Loaded only now: an older Node could not even link what follows.
  const [{ runCli }, { processTerminal }] = await Promise.all([import('./cli.ts'), import('./terminal.ts')]);
  process.exitCode = await runCli(process.argv.slice(2), processTerminal());
} else {
  console.error(problem);
  process.exitCode = 1;
}
