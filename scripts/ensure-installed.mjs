// Runs before `npm start` and `npm test`: installs the packages when there are none or the lock file has changed.
// It runs on whatever Node the machine has (20 or later), before the project's own Node 24 is there.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const stamp = 'node_modules/.millrace-lock';
const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  console.log('Installing packages (once, about a minute)…');
  // Not `npm ci`: it refuses a lock file when the registry does not offer an optional package of some other platform.
  const { status } = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], { stdio: 'inherit' });
  if (status !== 0) {
    console.error('npm install failed: see its message above.');
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}
