/** How many tasks are looked after at once: what is done for one is mostly waiting for answers, and a stream may have thousands. */
export const AT_ONCE = 16;

/**
 * Does work for each of a stream's tasks, some of them at once.
 *
 * @returns what came of each, in the order of the items
 * @throws the first failure, once what was under way has ended; nothing is begun after it
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
