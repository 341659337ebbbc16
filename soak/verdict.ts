import { MAX_OUT_OF_ORDERNESS } from './application.ts';
import type { Produced } from './producer.ts';
import type { Sample } from './sampler.ts';
import type { Truth } from './truth.ts';

/** The data at the end of a run. */
export interface Outcome {
  readonly produced: Produced;
  readonly truth: Omit<Truth, 'views'>;
  /** how REST differs from the fold of the stream, a line each */
  readonly differences: readonly string[];
  readonly samples: readonly Sample[];
  /** of the process at the end */
  readonly exitCode: number | string | null;
}

/** A checkpoint is due after 500 entries; the batch that makes it due may be killed before it is written. */
const MOST_UNCOVERED = 510;
/** The batch window is half a second, and a backlog after a kill is processed in larger batches; the tick adds at most one entry per second. */
const ENTRIES_A_SECOND = 4;
/** MiB by which the memory of the later part may exceed that of the earlier one: the collector takes its time. */
const RSS_SLACK = 128;
const SHOWN = 10;

/** The failures, one per line; none if all checks passed. */
export function failures({ produced, truth, differences, samples, exitCode }: Outcome): string[] {
  const found: string[] = [];
  const expect = (holds: boolean, text: string): void => {
    if (!holds) found.push(text);
  };
  const { acknowledged, unknown } = produced;
  expect(acknowledged > 0, 'no record was acknowledged: there was no load, so the run proves nothing');
  expect(truth.lost === 0, `${truth.lost} acknowledged records are not in the stream`);
  expect(truth.twice === 0, `${truth.twice} records are in the stream more than once though each was sent once`);
  expect(
    truth.records >= acknowledged && truth.records <= acknowledged + unknown,
    `the stream holds ${truth.records} records, not between ${acknowledged} acknowledged and ${acknowledged + unknown} sent`,
  );
  expect(
    truth.longestWay <= MAX_OUT_OF_ORDERNESS,
    `an event took ${truth.longestWay} ms into the stream, over the ${MAX_OUT_OF_ORDERNESS} ms allowed: this machine is too slow for the rate`,
  );
  expect(differences.length === 0, `REST differs from the fold of the stream in ${differences.length} rows`);
  found.push(...differences.slice(0, SHOWN).map((line) => `  ${line}`));
  const last = samples.at(-1);
  expect(last?.committed === truth.records, `${last?.committed} events are committed of ${truth.records} in the stream`);
  expect(last?.dead === truth.junk, `${last?.dead} dead letters for ${truth.junk} records that are no events`);
  expect(last?.late === 0, `${last?.late} events were late though each came in time`);
  const uncovered = Math.max(0, ...samples.map(({ mostUncovered }) => mostUncovered));
  expect(uncovered <= MOST_UNCOVERED, `a task had ${uncovered} entries behind its checkpoint, over ${MOST_UNCOVERED}`);
  const third = Math.ceil(samples.length / 3);
  const rss = (part: readonly Sample[]): number => Math.max(0, ...part.map((sample) => sample.rss));
  const [early, late] = [rss(samples.slice(0, third)), rss(samples.slice(-third))];
  expect(late <= 1.5 * early + RSS_SLACK, `memory grows: at most ${early} MiB in the first third of the run, ${late} MiB in the last`);
  const entries = entriesAllowed(samples);
  expect((last?.entries ?? 0) <= entries, `the logs have ${last?.entries} entries, over ${entries} for this time and these shards`);
  expect(exitCode === 0, `the process ended with ${exitCode} when it was stopped`);
  return found;
}

/** How many entries all logs together may have: so many a second for each open shard, and the first and last of each task. */
function entriesAllowed(samples: readonly Sample[]): number {
  let allowed = 0;
  let before = 0;
  for (const { at, open } of samples) {
    allowed += ENTRIES_A_SECOND * open * (at - before);
    before = at;
  }
  return Math.ceil(allowed) + 2 * (samples.at(-1)?.tasks ?? 0);
}
