// Every window kind and every aggregate there is, by the types and registries they are made from: what is new is under test at once, or
// the test says that it is missing here.
import { inspect, isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { ColumnType } from '../../lib/core/column.ts';
import type { WindowSpec } from '../../lib/core/window.ts';
import type { FlowColumn } from '../../lib/plan/adder.ts';
import type { AggregateFunction } from '../../lib/plan/aggregates/aggregate-function.ts';
import { bindAggregate } from '../../lib/plan/aggregates/bind-aggregate.ts';
import { AGGREGATES } from '../../lib/plan/aggregates/functions.ts';
import type { ViewPlan } from '../../lib/plan/plan.ts';
import { type NaiveCall, naiveAggregate } from './naive/aggregates.ts';
import type { NaiveEvent, NaiveRules } from './naive/fold.ts';
import {
  allTime,
  BERLIN_FROM,
  BERLIN_TO,
  berlinDays,
  growing,
  keyed,
  type NaiveWindow,
  type NaiveWindows,
  sliding,
} from './naive/windows.ts';

/** Windows of a kind, and where in time a test puts its events: `from + n · unit`, n from 0 to 200. */
interface DrawnWindows {
  readonly windows: NaiveWindows;
  readonly from: number;
  readonly unit: number;
}

const small = fc.record({
  slide: fc.integer({ min: 1, max: 20 }),
  times: fc.integer({ min: 2, max: 4 }),
  extra: fc.nat(19),
  offset: fc.nat(79),
});
const fromZero = (windows: NaiveWindows): DrawnWindows => ({ windows, from: -20, unit: 1 });

/** Each kind of windows there is. */
export const KINDS: Readonly<Record<WindowSpec['kind'], fc.Arbitrary<DrawnWindows>>> = {
  tumbling: small.map(({ slide, offset }) => fromZero(sliding('tumbling', slide, slide, offset % slide))),
  hopping: small.map(({ slide, times, extra, offset }) =>
    fromZero(sliding('hopping', slide * times - (extra % slide), slide, offset % slide)),
  ),
  cumulate: small.map(({ slide, times, offset }) => fromZero(growing(slide * times, slide, offset % (slide * times)))),
  calendar: fc.constant({ windows: berlinDays, from: BERLIN_FROM, unit: Math.floor((BERLIN_TO - BERLIN_FROM) / 260) }),
  global: fc.constant(fromZero(allTime)),
  session: fc.integer({ min: 1, max: 30 }).map((gap) => fromZero(keyed({ kind: 'session', gap }))),
  stagger: fc.integer({ min: 1, max: 30 }).map((size) => fromZero(keyed({ kind: 'stagger', size }))),
};

const big = fc.bigInt({ min: 2n ** 53n, max: 2n ** 57n });
/** What an event holds besides its key and time. Doubles are quarters, so that their sums are exact in any order. */
const quarters = fc.option(fc.integer({ min: -4000, max: 4000 }).map((n) => n / 4));
const ROWS = fc.record({
  k: fc.constantFrom('a', 'b', 'ü'),
  s: fc.option(fc.constantFrom('', 'a', 'B', 'ab', '\uffee', '😀', '__proto__')),
  n: fc.option(
    fc.oneof(
      fc.integer({ min: -9, max: 9 }),
      big,
      big.map((n) => -n),
    ),
  ),
  m: fc.option(fc.integer({ min: -1000, max: 1000 })),
  x: quarters,
  y: quarters,
  b: fc.option(fc.boolean()),
  at: fc.option(fc.nat(20).map((n) => new Date(n * 1000).toISOString())),
  j: fc.option(fc.constantFrom<unknown>({ a: [1, null] }, [], 'text', 1.5, { constructor: 1 })),
});

const COLUMN_OF: Readonly<Record<ColumnType, string>> = {
  text: 's',
  bigint: 'n',
  'double precision': 'x',
  boolean: 'b',
  timestamptz: 'at',
  jsonb: 'j',
};
const CONSTANTS: Readonly<Record<string, unknown>> = { 'a quantile': 0.5, k: 2, 'a separator': '; ', 'a half-life': 5 };
/** How far a result may be from the naive one where it is more than what doubles round. */
const TOLERANCE: Readonly<Record<string, (expected: number) => number>> = {
  approx_quantile: (expected) => 0.0101 * Math.max(1, Math.abs(expected)),
  // One pair in 4,096 shares a register.
  approx_count_distinct: () => 2,
};
const rounding = (expected: number): number => 1e-9 * Math.max(1, Math.abs(expected));

/** An aggregate and how it is called, as data: `fn` is its name in SQL. */
export interface Called {
  readonly fn: string;
  readonly call: NaiveCall;
}

/** Every aggregate in every form: of each type its values can have, DISTINCT or not, ordered or not. */
export const CALLS: readonly Called[] = [...AGGREGATES.values()].flatMap((fn) => {
  const forms = fn.values.reduce<ColumnType[][]>((before, types) => before.flatMap((one) => types.map((type) => [...one, type])), [[]]);
  const constants = fn.constants.map(({ name }) => {
    if (!Object.hasOwn(CONSTANTS, name)) throw new Error(`write down here what a test gives for ${name} of ${fn.name}`);
    return CONSTANTS[name];
  });
  return [...(fn.optional ? [[]] : []), ...forms].flatMap((types): Called[] => {
    const columns = types.map((type, i) => columnOf(fn, type, i));
    const plain = { columns, constants, distinct: false, orderBy: undefined };
    const mayBeDistinct = fn.distinct !== 'refused' && types.length > 0 && types[0] !== 'jsonb';
    return [plain, ...(mayBeDistinct ? [{ ...plain, distinct: true }] : []), ...(fn.ordered ? [{ ...plain, orderBy: 'm' }] : [])].map(
      (call) => ({ fn: fn.name, call }),
    );
  });
});

function columnOf(fn: AggregateFunction, type: ColumnType, place: number): string {
  // What computes in doubles rounds whole numbers beyond them.
  if (fn.inDoubles && type === 'bigint') return 'm';
  return place === 1 && type === 'double precision' ? 'y' : COLUMN_OF[type];
}

const TYPE_OF = new Map<string, ColumnType>([
  ...Object.entries(COLUMN_OF).map(([type, column]): [string, ColumnType] => [column, type as ColumnType]),
  ['m', 'bigint'],
  ['y', 'double precision'],
]);
const flow = (name: string): FlowColumn => ({ column: { name, type: TYPE_OF.get(name) as ColumnType, nullable: true }, checked: true });

/** A view by `k`, by default with all aggregates in all their forms. */
export function everyView(windows: NaiveWindows, allowedLateness: number, arrival: boolean, calls = CALLS): ViewPlan {
  return {
    name: 'every',
    stream: 'events',
    transforms: [],
    key: [{ name: 'k', type: 'text', nullable: false, value: (row) => row.k }],
    window: windows.spec as WindowSpec,
    ...(arrival && { arrival }),
    allowedLateness,
    aggregates: calls.map(({ fn, call }, i) => {
      const bound = bindAggregate({
        name: fn,
        values: call.columns.map(flow),
        constants: call.constants,
        distinct: call.distinct,
        orderBy: call.orderBy === undefined ? [] : [{ by: flow(call.orderBy), descending: false, nullsFirst: false }],
      });
      if (typeof bound === 'string') throw new Error(bound);
      return { name: `a${i}`, ...bound.plan };
    }),
    fingerprint: 'every 1',
    retention: 30 * 86_400_000,
    rows: true,
    columns: [],
  };
}

/** A row holds what the naive aggregates give for the events of its pane. */
export function expectRow(row: Readonly<Record<string, unknown>>, events: readonly NaiveEvent[], window: NaiveWindow, calls = CALLS): void {
  calls.forEach(({ fn, call }, i) => {
    const expected = naiveAggregate(fn, call, events, window);
    const found = row[`a${i}`];
    if (isDeepStrictEqual(found, expected) || isNear(found, expected, TOLERANCE[fn] ?? rounding)) return;
    const written = `${fn}(${call.distinct ? 'DISTINCT ' : ''}${call.columns}${call.orderBy ? ` ORDER BY ${call.orderBy}` : ''})`;
    expect.fail(`${written} is ${inspect(found)}, not ${inspect(expected)}, of ${inspect(events.map((event) => event.row))}`);
  });
}

/** Whole numbers are exact up to where doubles are; sums of quarters come out exact as well. */
function isNear(found: unknown, expected: unknown, tolerance: (expected: number) => number): boolean {
  if (typeof found !== 'number' || typeof expected !== 'number') return false;
  return Math.abs(found - expected) <= tolerance(expected);
}

/** A stream's events in the order in which they came, over some shards, and the rules they are put into windows by. */
export interface Drawn {
  readonly rules: NaiveRules;
  readonly events: readonly NaiveEvent[];
}

/** Events of a kind of windows: any times, any arrivals, any shards. */
export function drawnFor(kind: WindowSpec['kind'], shards: number, most = 25): fc.Arbitrary<Drawn> {
  const event = fc.record({ row: ROWS, at: fc.nat(200), wait: fc.nat(12), shard: fc.nat(shards - 1) });
  const parts = {
    windows: KINDS[kind],
    lateness: fc.nat(20),
    disorder: fc.nat(20),
    arrival: fc.boolean(),
    events: fc.array(event, { minLength: 1, maxLength: most }),
  };
  return fc.record(parts).map(({ windows: { windows, from, unit }, lateness, disorder, arrival, events }) => {
    const ordinals = new Map<number, number>();
    let now = 0;
    return {
      rules: { windows, allowedLateness: lateness * unit, maxOutOfOrderness: disorder * unit, arrival },
      events: events.map(({ row, at, wait, shard }): NaiveEvent => {
        now = Math.min(200, now + wait);
        const ordinal = ordinals.get(shard) ?? 0;
        ordinals.set(shard, ordinal + 1);
        return { shard, ordinal, time: from + at * unit, arrival: from + now * unit, row };
      }),
    };
  });
}
