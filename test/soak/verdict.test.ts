import { describe, expect, it } from 'vitest';
import { chart } from '../../soak/chart.ts';
import type { Sample } from '../../soak/sampler.ts';
import { differences } from '../../soak/truth.ts';
import { failures, type Outcome } from '../../soak/verdict.ts';

/** A minute in which two open shards made two entries a second each. */
const samples = Array.from(
  { length: 30 },
  (_, i): Sample => ({
    at: 2 * (i + 1),
    rate: 10,
    acknowledged: 20 * (i + 1),
    committed: 20 * (i + 1),
    late: 0,
    dead: 1,
    rss: 200,
    open: 2,
    tasks: 2,
    entries: 8 * (i + 1),
    mostUncovered: 4 * (i + 1),
    uncovered: 8 * (i + 1),
    disk: 1,
    kills: 1,
    reshards: 0,
  }),
);
const good: Outcome = {
  produced: { acknowledged: 590, unknown: 20, givenUp: 0, queued: 0 },
  truth: { records: 600, junk: 1, lost: 0, twice: 0, longestWay: 4000 },
  differences: [],
  samples,
  exitCode: 0,
};
const last = (change: Partial<Sample>): Partial<Outcome> => ({ samples: samples.with(-1, { ...(samples.at(-1) as Sample), ...change }) });

describe('the verdict on a soak', () => {
  it('is good when everything held: of those whose answer was lost, some are in the stream', () => {
    expect(failures(good)).toEqual([]);
  });

  it.each<[string, Partial<Outcome>, RegExp]>([
    [
      'a run without any load',
      {
        produced: { acknowledged: 0, unknown: 0, givenUp: 0, queued: 0 },
        truth: { records: 0, junk: 0, lost: 0, twice: 0, longestWay: 0 },
        ...last({ committed: 0, dead: 0 }),
      },
      /^no record was acknowledged/,
    ],
    ['a lost record', { truth: { ...good.truth, lost: 1 } }, /^1 acknowledged records are not in the stream$/],
    ['a record that came twice', { truth: { ...good.truth, twice: 2 } }, /^2 records are in the stream more than once/],
    ['fewer records than acknowledged', { truth: { ...good.truth, records: 589 }, ...last({ committed: 589 }) }, /holds 589 records/],
    ['more records than sent', { truth: { ...good.truth, records: 611 }, ...last({ committed: 611 }) }, /between 590 .* and 610 sent/],
    ['events that took too long to be judged', { truth: { ...good.truth, longestWay: 20_001 } }, /20001 ms .* too slow/],
    ['an event not committed', last({ committed: 599 }), /^599 events are committed of 600/],
    ['an event too many', last({ committed: 601 }), /^601 events are committed of 600/],
    ['a dead letter too many', last({ dead: 2 }), /^2 dead letters for 1 records/],
    ['a late event', last({ late: 1 }), /^1 events were late/],
    ['a log that nothing covers', last({ mostUncovered: 511 }), /^a task had 511 entries behind its checkpoint/],
    ['memory that grows', last({ rss: 429 }), /^memory grows: at most 200 MiB .* 429 MiB/],
    // Four a second for each of two shards over a minute, and two for each of two tasks.
    ['logs that grow too fast', last({ entries: 485 }), /^the logs have 485 entries, over 484/],
    ['a process that does not stop well', { exitCode: 'SIGSEGV' }, /^the process ended with SIGSEGV/],
  ])('names %s', (_, change, told) => {
    expect(failures({ ...good, ...change })).toEqual([expect.stringMatching(told)]);
  });

  it('shows the first rows that differ', () => {
    const found = failures({ ...good, differences: Array.from({ length: 30 }, (_, i) => `row ${i}`) });
    expect(found).toEqual(['REST differs from the fold of the stream in 30 rows', ...Array.from({ length: 10 }, (_, i) => `  row ${i}`)]);
  });
});

describe('what REST says beside the fold of the stream', () => {
  const start = '2026-01-01T00:00:00.000Z';
  const truth = new Map([
    [`${start} a`, { events: 2, total: 7 }],
    [`${start} b`, { events: 1, total: 1 }],
  ]);
  const row = (key: string, events: number, total: number, final = true) => ({ key, window_start: start, events, total, final });

  it.each([
    ['nothing when they are the same', [row('b', 1, 1), row('a', 2, 7)], []],
    ['another count', [row('a', 3, 7), row('b', 1, 1)], [`${start} a`]],
    ['another sum', [row('a', 2, 8), row('b', 1, 1)], [`${start} a`]],
    ['a row that is not final', [row('a', 2, 7, false), row('b', 1, 1)], [`${start} a`]],
    ['a row that is missing', [row('a', 2, 7)], [`${start} b`]],
    ['a row that is twice', [row('a', 2, 7), row('a', 2, 7), row('b', 1, 1)], [`${start} a`]],
    ['a row of nothing', [row('a', 2, 7), row('b', 1, 1), row('c', 1, 1)], [`${start} c`]],
  ])('%s', (_, rows, differing) => {
    expect(differences(truth, rows).map((line) => line.split(': ')[0])).toEqual(differing);
  });
});

it('draws a curve with its greatest value on top', () => {
  const lines = chart('bytes', [0, 500, 1000]).split('\n');
  expect(lines[0]).toBe('            bytes');
  expect(lines[1]).toBe('     1,000 │  █');
  expect(lines[5]).toBe('           │ ██');
  expect(lines[8]).toBe('         0 │ ██');
  expect(lines).toHaveLength(10);
});
