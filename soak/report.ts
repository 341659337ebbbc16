import { chart } from './chart.ts';
import type { SoakResult } from './run.ts';

/** The readable report of a run: what was done, the curves, and the failures. */
export function summary({ samples, produced, truth, limit, rate, failures }: SoakResult): string {
  const last = samples.at(-1);
  const count = (value: number | undefined): string => (value ?? 0).toLocaleString('en');
  const lines = [
    chart(
      'resident memory, MiB',
      samples.map((sample) => sample.rss),
    ),
    chart(
      'entries behind the checkpoint, of the task with most',
      samples.map((sample) => sample.mostUncovered),
    ),
    chart(
      'entries of all logs',
      samples.map((sample) => sample.entries),
    ),
    chart(
      'acknowledged and not committed',
      samples.map((sample) => Math.max(0, sample.acknowledged - sample.committed)),
    ),
    '',
    `load                     ${count(rate)} events a second${limit === undefined ? '' : `, of ${count(limit)} that it keeps up with`}`,
    `kills, reshards          ${last?.kills}, ${last?.reshards} (${last?.tasks} tasks, ${last?.open} of them open)`,
    `acknowledged             ${count(produced.acknowledged)}`,
    `answer lost              ${count(produced.unknown)}, of which ${count(truth.records - produced.acknowledged)} are in the stream`,
    `never sent               ${count(produced.givenUp)}`,
    `in the stream            ${count(truth.records)}, ${count(truth.junk)} of them invalid events`,
    `committed                ${count(last?.committed)}, late ${count(last?.late)}, dead ${count(last?.dead)}`,
    `state and results        ${count(last?.disk)} MiB on disk, ${count(last?.entries)} entries`,
    '',
    failures.length === 0 ? 'Everything held: REST equals the fold of the stream.' : `FAILED\n${failures.join('\n')}`,
  ];
  return lines.join('\n');
}
