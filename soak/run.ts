import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../lib/local/random.ts';
import { findLimit } from './limit.ts';
import { Producer } from './producer.ts';
import { type Sample, sample } from './sampler.ts';
import { SoakStack } from './stack.ts';
import { differences, readTruth } from './truth.ts';
import { failures, type Outcome } from './verdict.ts';

/** The duration and load of a run, and how often faults happen. */
export interface SoakOptions {
  readonly seconds: number;
  /** events per second; default: `share` of the rate that the stack keeps up with, which is measured */
  readonly rate: number | undefined;
  readonly share: number;
  /** seconds between kills and between reshards, about */
  readonly killEvery: number;
  readonly reshardEvery: number;
  readonly seed: number;
  /** where everything is kept */
  readonly data: string;
  /** ends the load early; everything that was put until then is still checked */
  readonly interrupted: AbortSignal;
  /** called frequently with the progress */
  readonly onProgress: (text: string) => void;
  /** called with events worth keeping */
  readonly onEvent: (text: string) => void;
  readonly onSample: (sample: Sample) => void;
}

/** A run and its outcome. */
export interface SoakResult extends Outcome {
  /** events a second the stack kept up with; none when the rate was given */
  readonly limit: number | undefined;
  readonly rate: number;
  readonly failures: readonly string[];
}

const SAMPLE_EVERY = 2;
/** Seconds in which everything acknowledged must be committed after the load has ended. */
const PATIENCE = 180;

/** Runs the stack under load, kills it, reshards its stream, and compares its results with the stream's records. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { data, interrupted, onProgress, onEvent } = options;
  const stack = await SoakStack.start(data);
  const producer = new Producer(createRandom(options.seed));
  try {
    producer.connect(stack.kinesis);
    const limit = options.rate === undefined ? await findLimit(stack, producer, interrupted, onProgress) : undefined;
    const rate = options.rate ?? Math.round((limit ?? 0) * options.share);
    if (limit !== undefined) onEvent(`it keeps up with ${limit} events a second; the load is ${rate}`);
    producer.setRate(rate);
    const samples = await load(options, stack, producer, rate);
    producer.setRate(0);
    await producer.stop();
    const { produced } = producer;
    const last = await settled(stack, data, samples, produced.acknowledged, onProgress);
    const { views, ...truth } = await readTruth(stack, producer.acknowledged(), (records) =>
      onProgress(`reading back the stream: ${records}`),
    );
    onProgress('comparing');
    const found: string[] = [];
    for (const view of ['sums', 'trend'] as const) found.push(...differences(views[view], await stack.api.allRows(view)));
    const exitCode = await stack.stop();
    const outcome: Outcome = { produced, truth, differences: found, samples: [...samples, last], exitCode };
    return { ...outcome, limit, rate, failures: failures(outcome) };
  } finally {
    producer.connect(undefined);
    producer.setRate(0);
    await Promise.all([producer.stop(), stack.end()]);
  }
}

/** The time under load, with all that happens in it. */
async function load(options: SoakOptions, stack: SoakStack, producer: Producer, rate: number): Promise<Sample[]> {
  const { seconds, interrupted, onProgress, onEvent, onSample } = options;
  // A separate generator: the times of faults do not depend on the number of events.
  const random = createRandom(options.seed + 1);
  const begun = performance.now();
  const now = (): number => (performance.now() - begun) / 1000;
  const soon = (every: number): number => now() + every * (0.8 + 0.4 * random.uniform());
  const samples: Sample[] = [];
  let [killAt, reshardAt] = [soon(options.killEvery), soon(options.reshardEvery)];
  while (now() < seconds && !interrupted.aborted) {
    await sleep(SAMPLE_EVERY * 1000, undefined, { signal: interrupted }).catch(() => {});
    stack.checkAlive();
    if (now() >= reshardAt) {
      onEvent(`${Math.round(now())} s: ${await stack.reshard(random)}`);
      reshardAt = soon(options.reshardEvery);
    }
    if (now() >= killAt) {
      await stack.kill();
      onEvent(`${Math.round(now())} s: killed and started again`);
      killAt = soon(options.killEvery);
    }
    producer.connect(stack.kinesis);
    const { acknowledged, queued } = producer.produced;
    const seen = await sample(stack, options.data, { at: Math.round(now()), rate, acknowledged });
    if (!seen) continue;
    samples.push(seen);
    onSample(seen);
    onProgress(
      `${seen.at} of ${seconds} s: ${acknowledged} acknowledged, ${seen.committed} committed, ${queued} queued, ${seen.rss} MiB, ${seen.kills} kills, ${seen.reshards} reshards`,
    );
  }
  return samples;
}

/** Waits until everything is committed and final. */
async function settled(
  stack: SoakStack,
  data: string,
  samples: readonly Sample[],
  acknowledged: number,
  onProgress: (text: string) => void,
): Promise<Sample> {
  const at = samples.at(-1)?.at ?? 0;
  const begun = Date.now();
  for (let before = -1; ; ) {
    await sleep(SAMPLE_EVERY * 1000);
    stack.checkAlive();
    const seen = await sample(stack, data, { at, rate: 0, acknowledged });
    const waited = Math.round((Date.now() - begun) / 1000);
    if (seen) {
      onProgress(`${waited} s: waiting until all is final: ${seen.committed} committed of ${acknowledged} acknowledged`);
      const final = seen.committed >= acknowledged && seen.committed === before && (await isFinal(stack));
      if (final || waited > PATIENCE) return seen;
      before = seen.committed;
    } else if (waited > PATIENCE) throw new Error(`the stack has not answered for ${waited} s`);
  }
}

async function isFinal(stack: SoakStack): Promise<boolean> {
  for (const view of ['sums', 'trend']) {
    const { rows } = await stack.api.get<{ rows: { final: boolean }[] }>(`/v1/views/${view}/windows?order=desc&limit=1`);
    if (rows[0]?.final === false) return false;
  }
  return true;
}
