// What the definition's types infer, and (@ts-expect-error) what they refuse. Checked by tsc alone: nothing here runs.
import { z } from 'zod';
import {
  accumulator,
  application,
  generator,
  hopping,
  type InferEvent,
  type InferKeys,
  type InferRows,
  type RowOf,
  scalar,
  stream,
  tumbling,
  view,
} from '../../lib/index.ts';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function same<A, B>(...proof: Same<A, B> extends true ? [] : ['these types differ']): void;

const clicks = stream('clicks', {
  schema: z.object({
    page: z.string(),
    user_id: z.string(),
    ms: z.number(),
    score: z.number().optional(),
    ref: z.string().nullable(),
    kind: z.enum(['view', 'buy']),
    ok: z.boolean(),
    tags: z.array(z.string()),
    at: z.iso.datetime(),
  }),
  eventTime: 'at',
  maxOutOfOrderness: '5 seconds',
  partitionKey: 'user_id',
});
const byPage = clicks.keyBy('page').window(tumbling('1 minute'));
const geoMean = accumulator({
  name: 'geo_mean',
  create: () => ({ n: 0, l: 0 }),
  add: (s, x: number) => ({ n: s.n + 1, l: s.l + Math.log(x) }),
  merge: (p, q) => ({ n: p.n + q.n, l: p.l + q.l }),
  result: (s) => Math.exp(s.l / s.n),
});
const weightedMean = accumulator({
  name: 'weighted_mean',
  create: () => ({ sum: 0, weight: 0 }),
  add: (s, x: number, w: number) => ({ sum: s.sum + x * w, weight: s.weight + w }),
  merge: (a, b) => ({ sum: a.sum + b.sum, weight: a.weight + b.weight }),
  result: (s) => s.sum / s.weight,
  type: 'double precision',
});

// Results: NULL where a column can be, and only there.
const stats = view(
  'stats',
  byPage.aggregate((a) => ({
    n: a.count(),
    refs: a.count('ref'),
    total: a.sum('ms'),
    avg: a.avg('ms'),
    score: a.avg('score'),
    least: a.min('page'),
    most: a.max('ref'),
    first_kind: a.first('kind'),
    last_tags: a.last('tags'),
    spread: a.stddev('ms'),
    var_pop: a.varPop('ms'),
    users: a.approxCountDistinct('user_id'),
    p95: a.approxQuantile('ms', 0.95),
    slow: a.filter((e) => e.ms > 1000, a.count()),
    slow_avg: a.filter((e) => e.page === '/x', a.avg('ms')),
    nested: a.filter(
      (e) => e.ok,
      a.filter((e) => e.ms > 1, a.count('ref')),
    ),
    geo: geoMean('ms'),
    geo_score: geoMean('score'),
    geo_slow: a.filter((e) => e.ms > 1, geoMean('ms')),
    weighted: weightedMean('ms', 'score'),
  })),
);
same<
  RowOf<typeof stats>,
  {
    page: string;
    window_start: string;
    window_end: string;
    final: boolean;
    n: number;
    refs: number;
    total: number;
    avg: number;
    score: number | null;
    least: string;
    most: string | null;
    first_kind: 'view' | 'buy';
    last_tags: string[];
    spread: number | null;
    var_pop: number;
    users: number;
    p95: number;
    slow: number;
    slow_avg: number | null;
    nested: number;
    geo: number;
    geo_score: number | null;
    geo_slow: number | null;
    weighted: number | null;
  }
>();

// Wrong aggregates.
// @ts-expect-error: no such column
byPage.aggregate((a) => ({ x: a.avg('mss') }));
// @ts-expect-error: not a number
byPage.aggregate((a) => ({ x: a.avg('page') }));
// @ts-expect-error: no order
byPage.aggregate((a) => ({ x: a.min('tags') }));
// @ts-expect-error: an array is nothing to tell apart
byPage.aggregate((a) => ({ x: a.approxCountDistinct('tags') }));
// @ts-expect-error: a quantile needs its share
byPage.aggregate((a) => ({ x: a.approxQuantile('ms') }));
// @ts-expect-error: no such property
byPage.aggregate((a) => ({ x: a.filter((e) => e.mss > 1, a.count()) }));
// @ts-expect-error: a filter gives a truth value
byPage.aggregate((a) => ({ x: a.filter((e) => e.ms, a.count()) }));
// @ts-expect-error: a promise is not a truth value
byPage.aggregate((a) => ({ x: a.filter(async (e) => e.ok, a.count()) }));
// @ts-expect-error: not an aggregate
byPage.aggregate(() => ({ x: 1 }));
// @ts-expect-error: the key has that name
byPage.aggregate((a) => ({ page: a.count() }));
// @ts-expect-error: reserved
byPage.aggregate((a) => ({ window_start: a.count() }));
// @ts-expect-error: reserved
byPage.aggregate((a) => ({ final: a.count() }));
// @ts-expect-error: text into a number
byPage.aggregate(() => ({ x: geoMean('page') }));
// @ts-expect-error: no such column
byPage.aggregate(() => ({ x: geoMean('mss') }));
// @ts-expect-error: takes two columns
byPage.aggregate(() => ({ x: weightedMean('ms') }));
// @ts-expect-error: takes one column
byPage.aggregate(() => ({ x: geoMean('ms', 'score') }));
// @ts-expect-error: text into a number, behind a filter
byPage.aggregate((a) => ({ x: a.filter((e) => e.ok, geoMean('page')) }));

// Keys.
same<
  RowOf<ReturnType<typeof byExpressions>>,
  {
    page: string;
    ref: string | null;
    hour: number;
    day: string | null;
    up: boolean;
    window_start: string;
    window_end: string;
    final: boolean;
    n: number;
  }
>();
function byExpressions() {
  return view(
    'v',
    clicks
      .keyBy(
        'page',
        'ref',
        { hour: { type: 'bigint', value: (e) => new Date(e.at).getUTCHours() } },
        { day: { type: 'timestamptz | null', value: (e) => (e.ok ? new Date(e.at) : null) }, up: { type: 'boolean', value: (e) => e.ok } },
      )
      .window(hopping('5 minutes', '1 minute'), { allowedLateness: '1 minute' })
      .aggregate((a) => ({ n: a.count() })),
  );
}
// @ts-expect-error: no such column
clicks.keyBy('pge');
// @ts-expect-error: an array cannot be a key
clicks.keyBy('tags');
// @ts-expect-error: gives text, says number
clicks.keyBy({ x: { type: 'bigint', value: (e) => e.page } });
// @ts-expect-error: gives null, does not say so
clicks.keyBy({ x: { type: 'text', value: (e) => e.ref } });
// @ts-expect-error: jsonb cannot be a key
clicks.keyBy({ x: { type: 'jsonb', value: (e) => e.tags } });
// @ts-expect-error: no such property
clicks.keyBy({ x: { type: 'text', value: (e) => e.pge } });
clicks
  .keyBy({ hour: { type: 'bigint', value: (e) => e.ms } })
  .window(tumbling(1000))
  // @ts-expect-error: the key has that name
  .aggregate((a) => ({ hour: a.count() }));

// No key.
const totalCounts = clicks.window(tumbling('1 hour')).aggregate((a) => ({ n: a.count() }));
const totals = view('totals', totalCounts);
same<RowOf<typeof totals>, { window_start: string; window_end: string; final: boolean; n: number }>();

// Filter and map.
// @ts-expect-error: no such property
clicks.filter((e) => e.pge === '/');
// @ts-expect-error: a promise is not a truth value
clicks.filter(async () => true);
clicks.filter((e) => {
  // @ts-expect-error: events are not to be changed
  e.page = '/';
  return true;
});
const mapped = clicks
  .filter((e) => e.ok)
  .map((e) => ({ page: e.page, seconds: e.ms / 1000, ref: e.ref }), { columns: { seconds: 'double precision' } });
same<InferEvent<typeof mapped>, { page: string; seconds: number; ref: string | null }>();
clicks.map((e) => ({ page: e.page.toLowerCase(), at: e.at }));
clicks.map((e) => ({ page: e.page }), { columns: { page: 'text' } });
// @ts-expect-error: the new column is not declared
clicks.map((e) => ({ seconds: e.ms / 1000 }));
// @ts-expect-error: a number is not text
clicks.map((e) => ({ seconds: e.ms / 1000 }), { columns: { seconds: 'text' } });
// @ts-expect-error: can be null
clicks.map((e) => ({ path: e.ref }), { columns: { path: 'text' } });
// @ts-expect-error: the type of score changed
clicks.map((e) => ({ score: e.score ?? 0 }));
// @ts-expect-error: a map gives an object
clicks.map((e) => e.ms);
// @ts-expect-error: gone after the map
mapped.keyBy('user_id');

// Streams.
const byColumns = stream('c', {
  columns: { page: 'text', n: 'bigint | null', x: { type: 'double precision', nullable: true }, any: 'jsonb', at: 'timestamptz' },
  eventTime: 'at',
});
same<InferEvent<typeof byColumns>, { page: string; n: number | null; x: number | null; any: unknown; at: string }>();
const schema = z.object({ page: z.string(), ms: z.number().nullable(), ok: z.boolean(), at: z.coerce.date() });
const dated = stream('d', { schema, eventTime: 'at', columns: { ms: 'double precision | null' } });
const lasts = view(
  'lasts',
  dated
    .keyBy('at')
    .window(tumbling('1 day'))
    .aggregate((a) => ({ last_at: a.max('at') })),
);
same<RowOf<typeof lasts>['last_at'], string>();
same<RowOf<typeof lasts>['at'], string>();
// @ts-expect-error: no such column
stream('x', { schema, eventTime: 'when' });
// @ts-expect-error: not a time
stream('x', { schema, eventTime: 'ok' });
// @ts-expect-error: no such column
stream('x', { schema, eventTime: 'at', partitionKey: 'user' });
// @ts-expect-error: neither schema nor columns
stream('x', { eventTime: 'at' });
stream('x', { schema });
// @ts-expect-error: no such type
stream('x', { columns: { at: 'timestamp' }, eventTime: 'at' });
// @ts-expect-error: no such column
stream('x', { columns: { at: 'timestamptz' }, eventTime: 'when' });
// @ts-expect-error: text is no number
stream('x', { schema, eventTime: 'at', columns: { page: 'bigint' } });
// @ts-expect-error: no such option
stream('x', { schema, eventTime: 'at', maxOutOfOrder: '1 second' });
// @ts-expect-error: no such aggregation
stream('x', { schema, eventTime: 'at', aggregation: 'zip' });

// Durations: all forms of text, milliseconds, and text that only running can know.
declare const text: string;
declare const amount: number;
tumbling('5 seconds');
tumbling('1 hour 30 minutes');
tumbling('1.5 Hours');
tumbling('1h30min');
tumbling(' 250ms ');
tumbling('2 weeks');
tumbling(60_000);
tumbling(text);
tumbling(`${amount} seconds`);
tumbling(amount > 1 ? '1 minute' : 1000);
stream('x', { schema, maxOutOfOrderness: '1 second', maxAhead: 1000, idleTimeout: text });

// Windows.
// @ts-expect-error: a hopping window needs its slide
hopping('5 minutes');
// @ts-expect-error: not a window
clicks.window('1 minute');
// @ts-expect-error: no such option
clicks.window(tumbling('1 minute'), { lateness: '1 minute' });

// Applications carry their views' rows and keys by name.
const app = application('shop', { views: [stats, totals] });
same<keyof InferRows<typeof app>, 'stats' | 'totals'>();
same<InferRows<typeof app>['totals'], RowOf<typeof totals>>();
same<InferKeys<typeof app>['stats'], { page: string }>();
// @ts-expect-error: a view needs a name
application('shop', { views: [byPage.aggregate((a) => ({ n: a.count() }))] });
// @ts-expect-error: not aggregated
view('x', byPage);
// @ts-expect-error: no such option
view('x', totalCounts, { keep: '1 day' });

// Generators make what producers send: the schema's input.
const event = { page: '/', ms: null, ok: true };
generator(dated, { eventsPerSecond: 5, event: (_random, now) => ({ ...event, at: now }) });
generator(byColumns, {
  eventsPerSecond: 5,
  event: (random, now) => ({ page: random.pick(['/a', '/b']), n: random.integer(3), x: null, any: 1, at: new Date(now).toISOString() }),
});
// @ts-expect-error: columns are missing
generator(byColumns, { eventsPerSecond: 5, event: () => ({ page: '/' }) });

// User accumulators.
// @ts-expect-error: no such type
accumulator({ name: 'x', create: () => 0, add: (s, x: number) => s + x, merge: (a, b) => a + b, result: (s) => s, type: 'float' });
// @ts-expect-error: no merge
accumulator({ name: 'x', create: () => 0, add: (s: number, x: number) => s + x, result: (s: number) => s });

// Functions with declared types.
const process_function = scalar(['bigint', 'text'], { sum: 'bigint', name: 'text' }, (x, name) => {
  same<typeof x, number>();
  same<typeof name, string>();
  return { sum: x + 1, name };
});
same<ReturnType<typeof process_function>, { readonly sum: number | bigint | null; readonly name: string | null } | null>();
scalar(['timestamptz'], 'timestamptz', (at) => new Date(at + 1000));
scalar(
  ['text'],
  'bigint',
  (text) => {
    same<typeof text, string | null>();
    return text?.length ?? null;
  },
  { takesNulls: true },
);
// @ts-expect-error: no column type
scalar(['float'], 'text', () => 'x');
// @ts-expect-error: gives text, says number
scalar(['text'], 'bigint', (text) => text);
// @ts-expect-error: a column is missing
scalar(['bigint'], { a: 'bigint', b: 'bigint' }, (x) => ({ a: x }));
// @ts-expect-error: takes one argument
scalar(['bigint'], 'bigint', (x, y) => x + y);
const declared = accumulator({
  name: 'declared',
  args: ['double precision', 'text'],
  type: 'jsonb',
  create: (): Record<string, number> => ({}),
  add: (state, x, word) => {
    same<typeof x, number>();
    same<typeof word, string>();
    return { ...state, [word]: x };
  },
  merge: (a, b) => ({ ...a, ...b }),
  result: (state) => Object.keys(state).length,
});
byPage.aggregate(() => ({ x: declared('ms', 'page') }));
// @ts-expect-error: text into a number
byPage.aggregate(() => ({ x: declared('page', 'page') }));

// Aggregates of several columns, lists and sketches.
const more = view(
  'more',
  byPage.aggregate((a) => ({
    different: a.countDistinct('user_id'),
    slowest: a.argMax('ref', 'ms'),
    by_score: a.argMin('page', 'score'),
    all_ok: a.boolAnd('ok'),
    r: a.corr('ms', 'score'),
    middle: a.median('score'),
    top: a.approxTopK('kind', 3),
    refs: a.arrayAgg('ref', { orderBy: { column: 'ms', descending: true } }),
    pages: a.stringAgg('page', ', ', { orderBy: ['ms', 'page'] }),
    smooth: a.ewma('ms', '5 minutes'),
    per_second: a.rate(),
    some: a.filter((e) => e.ok, a.rate('score')),
  })),
);
same<
  Omit<RowOf<typeof more>, 'page' | 'window_start' | 'window_end' | 'final'>,
  {
    different: number | null;
    slowest: string | null;
    by_score: string | null;
    all_ok: boolean;
    r: number | null;
    middle: number | null;
    top: { value: 'view' | 'buy'; count: number; error: number }[];
    refs: (string | { cut: number } | null)[];
    pages: string;
    smooth: number;
    per_second: number;
    some: number | null;
  }
>();
// @ts-expect-error: not a truth value
byPage.aggregate((a) => ({ x: a.boolAnd('ms') }));
// @ts-expect-error: needs two columns
byPage.aggregate((a) => ({ x: a.corr('ms') }));
// @ts-expect-error: no number
byPage.aggregate((a) => ({ x: a.regrSlope('ms', 'page') }));
// @ts-expect-error: nothing to order by
byPage.aggregate((a) => ({ x: a.argMax('page', 'tags') }));
// @ts-expect-error: needs a half-life
byPage.aggregate((a) => ({ x: a.ewma('ms') }));
// @ts-expect-error: only text is joined
byPage.aggregate((a) => ({ x: a.stringAgg('ms', ',') }));
// @ts-expect-error: no such column to order by
byPage.aggregate((a) => ({ x: a.arrayAgg('page', { orderBy: 'pge' }) }));
