import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { environmentOf } from './endpoint.ts';

const MAIN = new URL('../../../lib/cli/main.ts', import.meta.url).pathname;

/**
 * Runs a command of `millrace` that prints JSON as whoever has LocalStack's account does.
 *
 * @returns what each line says
 * @throws Error with what it printed when it ends with another code than 0
 */
export async function millraceCommand(endpoint: string, ...args: readonly string[]): Promise<Record<string, unknown>[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, ...args, '--json'], { env: environmentOf(endpoint) });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
