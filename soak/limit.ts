import { setTimeout as sleep } from 'node:timers/promises';
import type { Producer } from './producer.ts';
import type { SoakStack } from './stack.ts';

const FIRST_RATE = 250;
const STEP = 1.5;
const MOST = 20_000;
const SECONDS = 5;

/**
 * Finds the rate at which the stack falls behind: the rate rises by half every five seconds, until more than two seconds' worth of
 * events wait to be put or committed.
 *
 * @returns the last rate, in events a second, that it kept up with
 */
export async function findLimit(
  stack: SoakStack,
  producer: Producer,
  interrupted: AbortSignal,
  onProgress: (text: string) => void,
): Promise<number> {
  let kept = 0;
  for (let rate = FIRST_RATE; rate <= MOST && !interrupted.aborted; rate = Math.round(rate * STEP)) {
    onProgress(`looking for the limit: ${rate} events a second`);
    producer.setRate(rate);
    await sleep(SECONDS * 1000, undefined, { signal: interrupted }).catch(() => {});
    if ((await waiting(stack, producer)) > 2 * rate) break;
    kept = rate;
  }
  producer.setRate(0);
  return kept;
}

/** Events that are generated but not committed. */
async function waiting(stack: SoakStack, producer: Producer): Promise<number> {
  const { acknowledged, unknown, queued } = producer.produced;
  const { shards } = await stack.health();
  return acknowledged + unknown + queued - shards.reduce((sum, { events }) => sum + events, 0);
}
