import { setTimeout as sleep } from 'node:timers/promises';

/** The longest wait of one timer; timers of a month or more overflow. */
const LONGEST = 60_000;

/** Waits until `performance.now()` reaches an instant, or a signal aborts; never throws. */
export async function sleepUntil(instant: number, signal: AbortSignal): Promise<void> {
  for (let left = instant - performance.now(); left > 0 && !signal.aborted; left = instant - performance.now()) {
    await sleep(Math.min(LONGEST, left), undefined, { signal }).catch(() => {});
  }
}
