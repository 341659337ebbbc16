import { createHash } from 'node:crypto';
import type { KinesisStreamEvent } from 'aws-lambda';
import { keepGarbageYoung } from '../lib/aws/v8-flags.ts';
import { clickEvents } from './click-events.ts';
import { clicksHandler, type Validation } from './clicks-handler.ts';
import { boundHandler, plainHandler, type Totals } from './plain.ts';

interface Figures {
  readonly batch: number;
  readonly validation: Validation;
  /** events per second of processor time, median of the rounds */
  readonly millrace: number;
  readonly plain: number;
  readonly bound: number;
  readonly ofBound: number;
  readonly checksum: string;
}

/**
 * Prints events per second of processor time of the aggregate handler, a plain handler and the upper bound, all in one run. It uses processor
 * time instead of elapsed time, because other processes may use the core; the other threads of this process count.
 */
export async function benchEngine(options: { json: boolean; events: number; rounds: number }): Promise<void> {
  // As the deployed function does; the others profit as well.
  keepGarbageYoung();
  const results: Figures[] = [];
  for (const validation of ['columns', 'zod'] as const) {
    for (const batch of [1000, 10_000]) results.push(await measure(validation, batch, options.events, options.rounds));
  }
  if (options.json) {
    console.log(JSON.stringify({ bench: 'engine', node: process.version, events: options.events, rounds: options.rounds, results }));
    return;
  }
  console.log(
    `${options.events} click events of about 200 bytes, 1,000 keys, 1-minute count/sum/avg/min/max; events per second of processor time, median of ${options.rounds} rounds`,
  );
  console.log('validation  batch     millrace        plain        bound   of bound   of plain');
  for (const { validation, batch, millrace, plain, bound, ofBound } of results) {
    const cells = [millrace, plain, bound].map((n) => Math.round(n).toLocaleString('en').padStart(13)).join('');
    console.log(
      `${validation.padEnd(12)}${String(batch).padEnd(6)}${cells}${ofBound.toFixed(2).padStart(11)}${(millrace / plain).toFixed(2).padStart(11)}`,
    );
  }
}

async function measure(validation: Validation, batch: number, events: number, rounds: number): Promise<Figures> {
  const { batches } = clickEvents(events, batch);
  const rates: Record<'millrace' | 'plain' | 'bound', number[]> = { millrace: [], plain: [], bound: [] };
  const checksums = new Set<string>();
  // One round more than counted, for the compiler to warm up.
  for (let round = 0; round <= rounds; round++) {
    const millrace = await clicksHandler(validation);
    const plain = plainHandler();
    const bound = boundHandler();
    const runs: ['millrace' | 'plain' | 'bound', (event: KinesisStreamEvent) => unknown][] = [
      ['millrace', (event) => millrace.handle(event)],
      ['plain', (event) => plain.handle(event)],
      ['bound', (event) => bound.handle(event)],
    ];
    for (const [name, handle] of runs) {
      globalThis.gc?.();
      const start = process.cpuUsage();
      for (const event of batches) await handle(event);
      const { user, system } = process.cpuUsage(start);
      const seconds = (user + system) / 1_000_000;
      if (round > 0) rates[name].push(events / seconds);
    }
    for (const totals of [await millrace.totals(), plain.totals, bound.totals]) checksums.add(checksum(totals));
  }
  if (checksums.size !== 1) throw new Error(`the three did not compute the same: ${[...checksums].join(', ')}`);
  const [millrace, plain, bound] = [median(rates.millrace), median(rates.plain), median(rates.bound)];
  return { batch, validation, millrace, plain, bound, ofBound: millrace / bound, checksum: [...checksums][0] as string };
}

/** Sums to twelve digits: a plain addition has rounding errors, ours has none. */
function checksum(totals: ReadonlyMap<string, Totals>): string {
  const lines = Array.from(totals, ([key, { n, sum, min, max }]) => `${key} ${n} ${sum.toPrecision(12)} ${min} ${max}`).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}
