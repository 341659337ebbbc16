import { execFile } from 'node:child_process';

/** How long a script may take: far longer than it does on any machine, far shorter than what grows without bounds. */
const LONGEST = 120_000;

/**
 * The lines of JSON that a script prints, run in a process of its own: one that comes to no end is ended.
 *
 * @param script relative to `from`
 * @throws Error with its last line when it fails or takes too long
 */
export function jsonLines<T>(script: string, from: string, ...flags: string[]): Promise<T[]> {
  return new Promise((resolve, reject) => {
    const args = [...flags, new URL(script, from).pathname];
    execFile(process.execPath, args, { timeout: LONGEST, killSignal: 'SIGKILL', maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const lines = stdout.split('\n').filter(Boolean);
      if (error) reject(new Error(`${script} ${error.killed ? 'comes to no end' : 'fails'} after ${lines.at(-1)}\n${stderr}`));
      else resolve(lines.map((line) => JSON.parse(line) as T));
    });
  });
}
