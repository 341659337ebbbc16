/** How many tasks are processed concurrently: the work is mostly waiting for responses, and a stream can have thousands of tasks. */
export const AT_ONCE = 16;

/**
 * Calls a function for each of a stream's tasks, several concurrently.
 *
 * @returns the results, in the order of the items
 * @throws the first failure, after the calls in progress have ended; no call starts after it
 */
export async function mapTasks<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length);
  const failures: unknown[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length && failures.length === 0) {
      const at = next++;
      try {
        results[at] = await work(items[at] as T);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
}
