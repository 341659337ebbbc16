import { sleepUntil } from './sleep.ts';

/** Repeats a task. The returned function stops it and waits for a run in progress. */
export function repeat(
  work: () => Promise<unknown>,
  every: number,
  onError: (error: unknown) => void,
  stopping = new AbortController(),
): () => Promise<void> {
  const run = async (): Promise<void> => {
    for (;;) {
      await sleepUntil(performance.now() + every, stopping.signal);
      if (stopping.signal.aborted) return;
      await work().catch(onError);
    }
  };
  const done = run();
  return () => {
    stopping.abort();
    return done;
  };
}

/** Background work that is awaited only at the end. */
export class Background {
  readonly #running = new Set<Promise<void>>();

  start(work: () => Promise<void>, onError: (error: unknown) => void): void {
    const running = work()
      .catch(onError)
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async idle(): Promise<void> {
    await Promise.all(this.#running);
  }
}
