import { Session } from 'node:inspector/promises';

const session = new Session();
session.connect();
await session.post('Profiler.enable');
// From the beginning: code that is compiled before is not counted by blocks.
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

/**
 * How many blocks of code work runs, as V8's coverage counts them: a function, an arm of an `if`, one turn of a loop. Unlike time it is
 * the same whatever else the machine does. Loaded before what is counted, by `--import`.
 *
 * Source: https://v8.dev/blog/javascript-code-coverage
 */
export async function countSteps<T>(work: () => Promise<T>): Promise<{ readonly steps: number; readonly value: T }> {
  await session.post('Profiler.takePreciseCoverage');
  const value = await work();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  let steps = 0;
  for (const { functions } of result) for (const { ranges } of functions) for (const { count } of ranges) steps += count;
  return { steps, value };
}
