import { setTimeout as sleep } from 'node:timers/promises';

/** The longest a timer waits, so that an instant without end does not overflow it. */
const LONGEST = 60_000;

/** Waits until `performance.now()` reaches an instant, or a signal comes; never throws. */
export async function sleepUntil(instant: number, signal: AbortSignal): Promise<void> {
  const wait = Math.min(LONGEST, instant - performance.now());
  if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => {});
}
