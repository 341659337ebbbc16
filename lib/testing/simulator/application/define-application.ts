import { parseApplication } from '../../../compile/parse-application.ts';
import { accumulator } from '../../../dsl/accumulator.ts';
import type { Aggregate, Aggregates } from '../../../dsl/aggregate.ts';
import { type Application, application, type View, view } from '../../../dsl/application.ts';
import { type SqlDefinition, sql } from '../../../dsl/sql.ts';
import { stream } from '../../../dsl/stream.ts';
import { calendar, cumulate, global, hopping, session, stagger, tumbling, type WindowDefinition } from '../../../dsl/window.ts';
import type { AggregateName, ApplicationSpec, Payload, ViewSpec, WindowSpec } from '../oracle/spec.ts';
import { derivedSql } from './derived-sql.ts';

/** The only stream. */
export const STREAM = 'events';

/** Results and late events must be kept until a run ends, which may be months later. */
const RETENTION = '3650 days';

type Event = Omit<Payload, 'does' | 'at'> & { readonly at: string | number; readonly does: string };

/**
 * Makes the application of a description.
 *
 * @param onEvent called with every event that is processed, and may throw
 * @param parsed its derived views, see {@link parseDerived}
 */
export function defineApplication(spec: ApplicationSpec, onEvent: (does: string) => void, parsed?: SqlDefinition): Application {
  const events = stream(STREAM, {
    columns: { id: 'bigint', k: 'text', u: 'text', v: 'double precision | null', b: 'boolean', at: 'timestamptz', does: 'text' },
    eventTime: 'at',
    maxOutOfOrderness: spec.outOfOrder,
    maxAhead: spec.maxAhead,
    maxBehind: spec.maxBehind,
    idleTimeout: spec.idle,
    ...(spec.partitionKey && { partitionKey: spec.partitionKey }),
    ...(spec.dedupe && { dedupe: { by: 'id' as const, ...spec.dedupe } }),
    ...(spec.aggregation && { aggregation: spec.aggregation }),
  }).filter(({ does }) => {
    onEvent(does);
    return true;
  });
  const views = spec.views.map((one, i) => defineView((i === 0 ? events.filter(failsHere) : events) as never, one));
  return application('sim', { views, retention: RETENTION, ...(parsed && { sql: parsed }) });
}

/** The additional behaviour of the first view. */
function failsHere({ does }: { readonly does: string }): boolean {
  if (does === 'throw in first view') throw new Error('the first view cannot take it');
  return true;
}

/** Parses the derived views of an application. The parser runs in real time, so call it before the simulation. */
export async function parseDerived(spec: ApplicationSpec): Promise<SqlDefinition | undefined> {
  const text = derivedSql(spec);
  return text === undefined ? undefined : (await parseApplication(defineApplication(spec, () => {}, sql(text)))).sql;
}

interface Flow {
  filter(predicate: (event: Event) => boolean): Flow;
  keyBy(...columns: readonly string[]): Pick<Flow, 'window'>;
  window(window: WindowDefinition, options: object): { aggregate(build: (a: Aggregates<Event>) => Record<string, unknown>): never };
}

function defineView(events: Flow, spec: ViewSpec): View {
  const filtered = spec.evenOnly ? events.filter(({ id }) => id % 2 === 0) : events;
  const keyed = spec.key.length > 0 ? filtered.keyBy(...spec.key) : filtered;
  const options = { allowedLateness: spec.lateness, time: spec.time };
  return view(
    spec.name,
    keyed.window(windowOf(spec.window), options).aggregate((a) => ({
      ids: a.arrayAgg('id'),
      ...Object.fromEntries(spec.aggregates.map((name) => [name, AGGREGATES[name](a)])),
    })),
  );
}

function windowOf(spec: WindowSpec): WindowDefinition {
  switch (spec.kind) {
    case 'tumbling':
      return tumbling(spec.size, { offset: spec.offset });
    case 'hopping':
      return hopping(spec.size, spec.slide, { offset: spec.offset });
    case 'cumulate':
      return cumulate(spec.size, spec.step);
    case 'session':
      return session(spec.gap);
    case 'stagger':
      return stagger(spec.size);
    case 'calendar':
      return calendar(spec.unit);
    case 'global':
      return global();
  }
}

const AGGREGATES: { readonly [name in AggregateName]: (a: Aggregates<Event>) => Aggregate<never, unknown, unknown, string> | object } = {
  count: (a) => a.count(),
  sum: (a) => a.sum('v'),
  avg: (a) => a.avg('v'),
  min: (a) => a.min('v'),
  max: (a) => a.max('v'),
  first: (a) => a.first('id'),
  last: (a) => a.last('id'),
  uniques: (a) => a.countDistinct('u'),
  any: (a) => a.boolOr('b'),
  every: (a) => a.boolAnd('b'),
  large: (a) => a.filter((e) => (e.v ?? 0) > 10, a.count()),
  distinctSum: (a) => a.sumDistinct('v'),
  middle: (a) => a.median('v'),
  largest: (a) => a.argMax('id', 'v'),
  users: (a) => a.stringAggDistinct('u', ' '),
  byValue: (a) => a.filter((e) => e.v !== null, a.stringAgg('u', ' ', { orderBy: { column: 'v', descending: true } })),
  own: () => remainders('id'),
};

const remainders = accumulator({
  name: 'remainders',
  create: () => [0, 0, 0],
  add: (counts, id: number) => counts.map((count, rest) => count + Number(id % 3 === rest)),
  merge: (into, from) => into.map((count, rest) => count + (from[rest] ?? 0)),
  result: (counts) => counts,
  type: 'jsonb',
});
