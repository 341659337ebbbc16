import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where a run's directory is noted, for what runs before {@link setup}. */
const NOTE = 'MILLRACE_TESTS_TMPDIR';

/** The temporary directory of this run: from its first call on it is that of this process and of those it starts. */
export function temporaryDirectory(): string {
  const known = process.env[NOTE];
  if (known !== undefined) return known;
  const directory = mkdtempSync(join(realpathSync(tmpdir()), 'millrace-tests-'));
  process.env[NOTE] = directory;
  process.env.TMPDIR = directory;
  // Programs that ask Node to keep compiled code (npm does) would keep it there.
  process.env.NODE_COMPILE_CACHE ??= resolve('node_modules/.cache/node-compile-cache');
  return directory;
}

/**
 * Gives a run a temporary directory of its own, and fails it when a test leaves something there: each removes what it makes,
 * and what is tested removes what it made.
 */
export default function setup(): () => void {
  const directory = temporaryDirectory();
  return () => {
    delete process.env[NOTE];
    const left = readdirSync(directory);
    rmSync(directory, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`tests left ${left.join(', ')} among the temporary files: let what made them remove them`);
  };
}
