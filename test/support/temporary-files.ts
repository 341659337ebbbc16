import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Gives a run a temporary directory of its own, and fails it when a test leaves something there: each removes what it makes,
 * and what is tested removes what it made.
 */
export default function setup(): () => void {
  const directory = mkdtempSync(join(realpathSync(tmpdir()), 'millrace-tests-'));
  const before = process.env.TMPDIR;
  process.env.TMPDIR = directory;
  // Programs that ask Node to keep compiled code (npm does) would keep it there.
  process.env.NODE_COMPILE_CACHE ??= resolve('node_modules/.cache/node-compile-cache');
  return () => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    const left = readdirSync(directory);
    rmSync(directory, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`tests left ${left.join(', ')} among the temporary files: let what made them remove them`);
  };
}
