// Freezes what this Millrace stores, once for each format: what is there is never written again. Run by `npm run freeze`.
import { it } from 'vitest';
import type { WindowSpec } from '../../lib/core/window.ts';
import { CALLS, type Called } from '../support/every-view.ts';
import type { NaiveEvent } from '../support/naive/fold.ts';
import { BERLIN_FROM } from '../support/naive/windows.ts';
import { definedConstants, fingerprints } from './constants.ts';
import { freeze, frozenItems, isFrozen } from './frozen.ts';
import { type Played, play } from './played.ts';
import { tokens } from './tokens.ts';

const FORMAT = definedConstants.FORMAT;
/** Windows of each kind, and the unit of time by which events are apart: unaligned windows merge at boundaries ten seconds apart and more. */
const WINDOWS: Readonly<Record<WindowSpec['kind'], { readonly window: WindowSpec; readonly from: number; readonly unit: number }>> = {
  tumbling: { window: { kind: 'tumbling', size: 20, slide: 20, offset: 3 }, from: -20, unit: 1 },
  hopping: { window: { kind: 'hopping', size: 30, slide: 20, offset: 5 }, from: -20, unit: 1 },
  cumulate: { window: { kind: 'cumulate', size: 40, slide: 10, offset: 0 }, from: -20, unit: 1 },
  calendar: { window: { kind: 'calendar', unit: 'day', timeZone: 'Europe/Berlin' }, from: BERLIN_FROM, unit: 1_000_000 },
  global: { window: { kind: 'global' }, from: -20, unit: 1 },
  session: { window: { kind: 'session', gap: 150_000 }, from: 1_767_225_600_000, unit: 6000 },
  stagger: { window: { kind: 'stagger', size: 180_000 }, from: 1_767_225_600_000, unit: 6000 },
};

const lives: [string, () => Played][] = [
  ...(Object.keys(WINDOWS) as WindowSpec['kind'][]).map((kind): [string, () => Played] => [kind, () => small(kind)]),
  ['large', large],
];

it.each(lives)('freezes %s', async (name, make) => {
  if (isFrozen(FORMAT, name)) return said(name);
  const played = make();
  const { state, results } = await play(played);
  freeze(FORMAT, name, { ...played, tables: { state: frozenItems(state), results: frozenItems(results) } });
});

it.each([
  ['constants', () => ({ ...definedConstants })],
  ['fingerprints', fingerprints],
  ['tokens', tokens],
] as const)('freezes %s', async (name, make) => {
  if (isFrozen(FORMAT, name)) return said(name);
  freeze(FORMAT, name, await make());
});

function said(name: string): void {
  console.log(`format-${FORMAT}/${name}.json is frozen: it stays as it is. What is stored otherwise needs a new format.`);
}

/** Forty events, some of them late, that fill several windows. */
function small(kind: WindowSpec['kind']): Played {
  const { window, from, unit } = WINDOWS[kind];
  const next = numbers(kind.length);
  const one = <T>(values: readonly T[]): T => values[next(values.length)] as T;
  const events = Array.from({ length: 40 }, (_, i): NaiveEvent => {
    const m = one([null, -7, 0, 3, 250]);
    const row = {
      k: one(['a', 'b', 'ü']),
      s: one([null, '', 'a', 'B', 'ab', '\uffee', '😀', '__proto__']),
      n: one([null, 4, -9, 2n ** 53n + 1n, -(2n ** 57n)]),
      m,
      x: one([null, 0, 1.25, -80.75, 1000]),
      y: one([null, 2, -0.5, 33.25]),
      b: one([null, true, false]),
      at: one([null, '1970-01-01T00:00:07.000Z', '1970-01-01T00:00:19.000Z']),
      j: one([null, { a: [1, null] }, [], 'text', 1.5]),
    };
    // Mostly in order; every seventh comes long after its time.
    const at = Math.max(0, 5 * i + next(12) - (i % 7 === 6 ? 60 : 0));
    return { shard: i % 2, ordinal: Math.floor(i / 2), time: from + at * unit, arrival: from + (5 * i + 8) * unit, row };
  });
  return { window, allowedLateness: 4 * unit, maxOutOfOrderness: 9 * unit, batch: 4, calls: CALLS, events };
}

/** Whole numbers below a bound, the same ones every time (Park and Miller's generator). */
function numbers(seed: number): (below: number) => number {
  let state = seed * 7919;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** So many values that sketches are dense, sets are too large, and lists are cut. */
function large(): Played {
  const events = Array.from({ length: 2600 }, (_, i): NaiveEvent => {
    const row = {
      k: 'a',
      s: `${i % 2400} ${'s'.repeat(120)}`,
      n: BigInt(i) + 2n ** 60n,
      m: i % 1500,
      x: i * 2 ** ((i % 3) * 60),
      y: i / 4,
      b: true,
    };
    return { shard: i % 2, ordinal: Math.floor(i / 2), time: i * 1000, arrival: i * 1000, row: { ...row, at: null, j: [i] } };
  });
  const of = (called: Called): string => `${called.fn} ${called.call.distinct}`;
  const fitting = CALLS.filter(({ call: { columns } }) => columns.every((column) => ['s', 'x', 'y', 'm'].includes(column)));
  const calls = fitting.filter((called, i) => fitting.findIndex((other) => of(other) === of(called)) === i);
  return { window: { kind: 'global' }, allowedLateness: 0, maxOutOfOrderness: 0, batch: 500, calls, events };
}
