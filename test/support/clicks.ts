import type { Row } from '../../lib/core/column.ts';
import { application, compile, stream, tumbling, type ViewPlan, view } from '../../lib/index.ts';

/** When events happen that say nothing else. */
export const AT = '2026-01-01T00:00:00.000Z';
/** Its columns. */
export const columns = {
  page: 'text',
  ms: 'double precision | null',
  n: 'bigint',
  day: 'timestamptz | null',
  ok: 'boolean',
  tags: 'jsonb',
  at: 'timestamptz',
} as const;
/** A stream with a column of every type. */
export const clicks = stream('clicks', { columns, eventTime: 'at' });
/** One-minute windows. */
export const minute = tumbling('1 minute');
/** An event of it. */
export const event = { page: '/', ms: 1.5, n: 2, day: null, ok: true, tags: ['x'], at: AT };

/** The plan of a view. */
// biome-ignore lint/suspicious/noExplicitAny: what is not under test here
export const compiled = async (aggregated: any, options?: any): Promise<ViewPlan> =>
  (await compile(application('shop', { views: [view('v', aggregated, options)] }))).views[0] as ViewPlan;
/** A view's columns in words. */
export const shown = (plan: ViewPlan) => plan.columns.map(({ name, type, nullable }) => `${name} ${type}${nullable ? ' null' : ''}`);

/** What a view makes of events that all fall in one window and have one key: transforms, then every aggregate. */
export function results(plan: ViewPlan, events: readonly object[]): Row {
  const states = plan.aggregates.map(({ accumulator: { create } }) => create());
  events.forEach((given, ordinal) => {
    let row: Row | undefined = given as Row;
    for (const transform of plan.transforms) row = row && transform(row);
    if (!row) return;
    for (const [i, { add }] of plan.aggregates.entries()) states[i] = add(states[i], row, { time: ordinal, shard: 0, ordinal });
  });
  return Object.fromEntries(
    plan.aggregates.map(({ name, accumulator, result }, i) => [name, result ? result(states) : accumulator.result(states[i])]),
  );
}

/** A key of a row. */
export const keyOf = (plan: ViewPlan, row: object) => plan.key.map(({ value }) => value(row as Row, { time: 0, shard: 0, ordinal: 0 }));
