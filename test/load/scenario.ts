import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What DynamoDB takes. */
export const ITEM_LIMIT = 400 * 1024;
export const REQUEST_LIMIT = 16 * 1024 * 1024;

/**
 * Runs a scenario in a process of its own, whose heap is measured.
 *
 * @param name of a file in `scenarios`, which prints one line of JSON
 * @param heapLimit MiB of old objects it may have; default what Node gives a function of 1,769 MB
 */
export async function scenario<T>(name: string, heapLimit = 1592): Promise<T> {
  const file = new URL(`./scenarios/${name}.ts`, import.meta.url).pathname;
  const counted = new URL('../support/count-steps.ts', import.meta.url).href;
  const { stdout } = await run(process.execPath, ['--expose-gc', `--max-old-space-size=${heapLimit}`, '--import', counted, file]);
  return JSON.parse(stdout) as T;
}
