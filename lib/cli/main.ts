#!/usr/bin/env node
import { nodeVersionProblem } from './node-version.ts';

const problem = nodeVersionProblem(process.versions.node);
if (problem === undefined) {
  // Imported only now, because an older Node could not link the imports.
  const [{ runCli }, { processTerminal }] = await Promise.all([import('./cli.ts'), import('./terminal.ts')]);
  process.exitCode = await runCli(process.argv.slice(2), processTerminal());
} else {
  console.error(problem);
  process.exitCode = 1;
}
