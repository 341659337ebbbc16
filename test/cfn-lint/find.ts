import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Where `.ci/run` installs it; requirements.txt says how to do so by hand. */
const INSTALLED = '.cfn-lint/bin/cfn-lint';

/** The program cfn-lint; undefined where there is none. */
export function findCfnLint(): string | undefined {
  if (existsSync(INSTALLED)) return INSTALLED;
  return spawnSync('cfn-lint', ['--version']).status === 0 ? 'cfn-lint' : undefined;
}
