import { describe, expect, it } from 'vitest';
import { compile } from '../../lib/compile/compile.ts';
import type { Aggregates } from '../../lib/dsl/aggregate.ts';
import { application, type View, view } from '../../lib/dsl/application.ts';
import { sql } from '../../lib/dsl/sql.ts';
import { stream } from '../../lib/dsl/stream.ts';
import { calendar, cumulate, global, hopping, session, stagger, tumbling } from '../../lib/dsl/window.ts';
import { describePlan } from '../../lib/plan/describe-plan.ts';
import type { Plan } from '../../lib/plan/plan.ts';

const TABLE = `CREATE TABLE clicks (page text NOT NULL, user_id text, ms double precision, size bigint NOT NULL, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '2 seconds', partition_key = 'user_id', idle_timeout = '3 minutes', max_ahead = '1 hour', max_behind = '2 hours', aggregation = 'kpl');\n`;
const clicks = stream('clicks', {
  columns: {
    page: 'text',
    user_id: 'text | null',
    ms: 'double precision | null',
    size: 'bigint',
    ok: 'boolean | null',
    at: 'timestamptz',
  },
  eventTime: 'at',
  maxOutOfOrderness: '2 seconds',
  partitionKey: 'user_id',
  idleTimeout: '3 minutes',
  maxAhead: '1 hour',
  maxBehind: '2 hours',
  aggregation: 'kpl',
});
type Click = { page: string; user_id: string | null; ms: number | null; size: number; ok: boolean | null; at: string };

const BY = 'GROUP BY window_start, window_end';
const minute = clicks.window(tumbling('1 minute'));
const perPage = clicks.keyBy('page').window(tumbling('1 minute'));
const count = (a: Aggregates<Click>) => ({ n: a.count() });

function selecting(list: string, from = "TUMBLE(clicks, at, INTERVAL '1 minute')", rest = BY): string {
  return `CREATE MATERIALIZED VIEW v AS SELECT ${list}, window_start, window_end FROM ${from} ${rest}`;
}

/** What is said in both languages: in SQL, and in TypeScript. */
const FEATURES: readonly (readonly [feature: string, sql: string, view: View])[] = [
  ['count(*)', selecting('count(*) AS n'), view('v', minute.aggregate(count))],
  ['a key', selecting('page, count(*) AS n', undefined, `${BY}, page`), view('v', perPage.aggregate(count))],
  [
    'a key of two columns, in the order of GROUP BY',
    selecting('count(*) AS n, page, user_id', undefined, 'GROUP BY user_id, window_start, page, window_end'),
    view('v', clicks.keyBy('user_id', 'page').window(tumbling('1 minute')).aggregate(count)),
  ],
  [
    'a key that is computed',
    selecting('lower(page) AS p, count(*) AS n', undefined, `${BY}, p`),
    view(
      'v',
      clicks
        .keyBy({ p: { type: 'text', value: (e) => e.page.toLowerCase() } })
        .window(tumbling('1 minute'))
        .aggregate(count),
    ),
  ],
  [
    'a key under another name, which can be NULL',
    selecting('user_id AS u, count(*) AS n', undefined, `${BY}, 1`),
    view(
      'v',
      clicks
        .keyBy({ u: { type: 'text | null', value: (e) => e.user_id } })
        .window(tumbling('1 minute'))
        .aggregate(count),
    ),
  ],
  [
    'aggregates of columns',
    selecting(
      'count(ms) AS c, sum(ms) AS s, sum(size) AS i, avg(ms) AS a, min(page) AS f, max(at) AS l, first(ok) AS o, last(user_id) AS u',
    ),
    view(
      'v',
      minute.aggregate((a) => ({
        c: a.count('ms'),
        s: a.sum('ms'),
        i: a.sum('size'),
        a: a.avg('ms'),
        f: a.min('page'),
        l: a.max('at'),
        o: a.first('ok'),
        u: a.last('user_id'),
      })),
    ),
  ],
  [
    'variances',
    selecting('variance(ms) AS a, var_samp(ms) AS b, var_pop(ms) AS c, stddev(ms) AS d, stddev_samp(ms) AS e, stddev_pop(ms) AS f'),
    view(
      'v',
      minute.aggregate((a) => ({
        a: a.variance('ms'),
        b: a.varSamp('ms'),
        c: a.varPop('ms'),
        d: a.stddev('ms'),
        e: a.stddevSamp('ms'),
        f: a.stddevPop('ms'),
      })),
    ),
  ],
  [
    'sketches',
    selecting('approx_count_distinct(user_id) AS u, approx_quantile(ms, 0.95) AS p'),
    view(
      'v',
      minute.aggregate((a) => ({ u: a.approxCountDistinct('user_id'), p: a.approxQuantile('ms', 0.95) })),
    ),
  ],
  [
    'FILTER',
    selecting('count(*) FILTER (WHERE ms > 1000) AS slow, avg(ms) FILTER (WHERE ok) AS a'),
    view(
      'v',
      minute.aggregate((a) => ({ slow: a.filter((e) => (e.ms ?? 0) > 1000, a.count()), a: a.filter((e) => e.ok === true, a.avg('ms')) })),
    ),
  ],
  [
    'WHERE',
    selecting('count(*) AS n', undefined, `WHERE page <> '/health' ${BY}`),
    view(
      'v',
      clicks
        .filter((e) => e.page !== '/health')
        .window(tumbling('1 minute'))
        .aggregate(count),
    ),
  ],
  [
    'WHERE in a sub-query and outside',
    selecting('count(*) AS n', "TUMBLE(q, at, INTERVAL '1 minute')", `WHERE size > 1 ${BY}`).replace(
      'AS SELECT',
      "AS WITH q AS (SELECT at, size FROM clicks WHERE page <> '/health') SELECT",
    ),
    view(
      'v',
      clicks
        .filter((e) => e.page !== '/health')
        .filter((e) => e.size > 1)
        .window(tumbling('1 minute'))
        .aggregate(count),
    ),
  ],
  [
    'an offset',
    selecting('count(*) AS n', "TUMBLE(clicks, at, INTERVAL '1 day', INTERVAL '6 hours')"),
    view('v', clicks.window(tumbling('1 day', { offset: '6 hours' })).aggregate(count)),
  ],
  [
    'windows by arrival time',
    selecting('count(*) AS n', "TUMBLE(clicks, arrival_time, INTERVAL '1 minute')"),
    view('v', clicks.window(tumbling('1 minute'), { time: 'arrival' }).aggregate(count)),
  ],
  [
    'cumulate windows',
    selecting('count(*) AS n', "CUMULATE(clicks, at, INTERVAL '1 hour', INTERVAL '1 day', INTERVAL '6 hours')"),
    view('v', clicks.window(cumulate('1 day', '1 hour', { offset: '6 hours' })).aggregate(count)),
  ],
  [
    'calendar windows',
    selecting('count(*) AS n', "CALENDAR(clicks, at, 'week', 'Europe/Berlin')"),
    view('v', clicks.window(calendar('week', { timeZone: 'Europe/Berlin' })).aggregate(count)),
  ],
  [
    'sessions',
    selecting('page, count(*) AS n', "SESSION(clicks, at, INTERVAL '30 minutes')", `${BY}, page`),
    view('v', clicks.keyBy('page').window(session('30 minutes')).aggregate(count)),
  ],
  [
    'sessions, as Flink writes them',
    selecting(
      'page, user_id, count(*) AS n',
      "TABLE(SESSION(TABLE clicks PARTITION BY (user_id, page), DESCRIPTOR(at), INTERVAL '30' MINUTES))",
      'GROUP BY page, window_start, window_end, user_id',
    ),
    view('v', clicks.keyBy('page', 'user_id').window(session('30 minutes')).aggregate(count)),
  ],
  [
    'stagger windows',
    selecting('page, count(*) AS n', "STAGGER(clicks, at, INTERVAL '1 minute')", `${BY}, page`),
    view('v', clicks.keyBy('page').window(stagger('1 minute')).aggregate(count)),
  ],
  [
    'stagger windows by arrival time',
    selecting('count(*) AS n', "STAGGER(clicks, arrival_time, INTERVAL '1 minute')"),
    view('v', clicks.window(stagger('1 minute'), { time: 'arrival' }).aggregate(count)),
  ],
  [
    'business days',
    selecting('count(*) AS n', "CALENDAR(clicks, at, 'day', 'Europe/Berlin', INTERVAL '6 hours')"),
    view('v', clicks.window(calendar('day', { timeZone: 'Europe/Berlin', offset: '6 hours' })).aggregate(count)),
  ],
  [
    'weeks from Sunday, by the parameter’s name',
    selecting('count(*) AS n', "CALENDAR(clicks, at, 'week', \"offset\" => INTERVAL '6 days')"),
    view('v', clicks.window(calendar('week', { offset: '6 days' })).aggregate(count)),
  ],
  [
    'the running result',
    'CREATE MATERIALIZED VIEW v AS SELECT page, count(*) AS n FROM clicks GROUP BY page',
    view('v', clicks.keyBy('page').window(global()).aggregate(count)),
  ],
  [
    'the running result of so many keys',
    'CREATE MATERIALIZED VIEW v WITH (max_keys = 500) AS SELECT page, count(*) AS n FROM clicks GROUP BY page',
    view('v', clicks.keyBy('page').window(global(), { maxKeys: 500 }).aggregate(count)),
  ],
  [
    'hopping windows',
    selecting('count(*) AS n', "HOP(clicks, at, INTERVAL '1 minute', INTERVAL '5 minutes')"),
    view('v', clicks.window(hopping('5 minutes', '1 minute')).aggregate(count)),
  ],
  [
    'hopping windows with an offset, as Flink writes them',
    selecting('count(*) AS n', "TABLE(HOP(TABLE clicks, DESCRIPTOR(at), INTERVAL '10' MINUTES, INTERVAL '1' HOUR, INTERVAL '2' MINUTES))"),
    view('v', clicks.window(hopping('1 hour', '10 minutes', { offset: '2 minutes' })).aggregate(count)),
  ],
  [
    'allowed lateness, retention, rows and version',
    selecting('count(*) AS n').replace(
      'v AS',
      "v WITH (allowed_lateness = '1 minute', retention = '7 days', rows = false, version = '2') AS",
    ),
    view('v', clicks.window(tumbling('1 minute'), { allowedLateness: '1 minute' }).aggregate(count), {
      retention: '7 days',
      rows: false,
      version: '2',
    }),
  ],
];

describe('SQL and TypeScript that say the same have equal plans', () => {
  it.each(FEATURES)('%s', async (_, text, typescript) => {
    const fromSql = describePlan(await compile(application('shop', { sql: sql(TABLE + text) })));
    const fromTypeScript = describePlan(await compile(application('shop', { views: [typescript] })));
    expect(fromSql).toEqual(fromTypeScript);
    expect(fromSql.views).toHaveLength(1);
  });

  it.each([
    ['another aggregate', selecting('sum(ms) AS n'), selecting('avg(ms) AS n')],
    ['another expression in an aggregate', selecting('sum(ms + 1) AS n'), selecting('sum(ms + 2) AS n')],
    ['another window', selecting('count(*) AS n'), selecting('count(*) AS n', "TUMBLE(clicks, at, INTERVAL '2 minutes')")],
    [
      'another key',
      selecting('page, count(*) AS n', undefined, `${BY}, page`),
      selecting('size AS page, count(*) AS n', undefined, `${BY}, 1`),
    ],
    [
      'another HAVING',
      selecting('count(*) AS n', undefined, `${BY} HAVING sum(ms) > 1`),
      selecting('count(*) AS n', undefined, `${BY} HAVING sum(ms) > 2`),
    ],
    [
      'another version',
      selecting('ms + 1 AS m, count(*) AS n', undefined, `${BY}, m`),
      selecting('ms + 1 AS m, count(*) AS n', undefined, `${BY}, m`).replace('v AS', "v WITH (version = 'b') AS"),
    ],
  ])('%s has another fingerprint', async (_, one, other) => {
    const prints = await Promise.all(
      [one, other].map(async (text) => {
        const { views, derived } = describePlan(await compile(application('shop', { sql: sql(TABLE + text) })));
        return [...views, ...derived].map(({ fingerprint }) => fingerprint).join();
      }),
    );
    expect(prints[0]).not.toBe(prints[1]);
  });
});

describe('a stream without event time', () => {
  const taps = stream('taps', { columns: { page: 'text | null' } });
  it.each<[string, string, View]>([
    [
      'tumbling windows',
      "SELECT page, window_start, window_end, count(*) AS n FROM TUMBLE(taps, arrival_time, INTERVAL '1 minute') GROUP BY page, window_start, window_end",
      view(
        'v',
        taps
          .keyBy('page')
          .window(tumbling('1 minute'))
          .aggregate((a) => ({ n: a.count() })),
      ),
    ],
    [
      'the running result',
      'SELECT page, count(*) AS n FROM taps GROUP BY page',
      view(
        'v',
        taps
          .keyBy('page')
          .window(global())
          .aggregate((a) => ({ n: a.count() })),
      ),
    ],
  ])('goes by arrival in both languages: %s', async (_, select, ofTypeScript) => {
    const text = `CREATE TABLE taps (page text); CREATE MATERIALIZED VIEW v AS ${select};`;
    const [a, b] = await Promise.all(
      [application('shop', { sql: sql(text) }), application('shop', { views: [ofTypeScript] })].map(compile),
    );
    expect(describePlan(a as Plan)).toEqual(describePlan(b as Plan));
    expect(a?.views[0]?.arrival).toBe(true);
    expect(a?.streams[0]).not.toHaveProperty('eventTime');
  });
});

describe('what cannot be seen of a TypeScript function', () => {
  it.each([
    ['WHERE', selecting('count(*) AS n', undefined, `WHERE ms > 1 ${BY}`), selecting('count(*) AS n', undefined, `WHERE ms > 2 ${BY}`)],
    ['FILTER', selecting('count(*) FILTER (WHERE ms > 1) AS n'), selecting('count(*) FILTER (WHERE ms > 2) AS n')],
    [
      'a computed key',
      selecting('ms + 1 AS m, count(*) AS n', undefined, `${BY}, m`),
      selecting('ms + 2 AS m, count(*) AS n', undefined, `${BY}, m`),
    ],
  ])('leaves the fingerprint as it is in SQL too: %s', async (_, one, other) => {
    const [a, b] = await Promise.all([one, other].map((text) => compile(application('shop', { sql: sql(TABLE + text) }))));
    expect(a?.views[0]?.fingerprint).toBe(b?.views[0]?.fingerprint);
  });
});

describe('views of both languages in one application', () => {
  const pageViews = view('page_views', perPage.aggregate(count));

  it('SQL reads streams and views of TypeScript', async () => {
    const text = `CREATE MATERIALIZED VIEW busy AS SELECT * FROM page_views WHERE n > 10;
      CREATE MATERIALIZED VIEW slow AS SELECT window_start, window_end, max(ms) AS worst FROM TUMBLE(clicks, at, '1 hour') ${BY};`;
    const plan = await compile(application('shop', { views: [pageViews], sql: sql(text, { streams: [clicks] }) }));
    expect(plan.streams.map(({ name }) => name)).toEqual(['clicks']);
    expect(plan.views.map(({ name }) => name)).toEqual(['page_views', 'slow']);
    expect(plan.derived.map(({ name, columns }) => [name, columns.map((column) => column.name)])).toEqual([
      ['busy', ['page', 'window_start', 'window_end', 'n']],
    ]);
    expect(plan.main).toBe('slow');
  });

  it('equal parts of views are kept once', async () => {
    const part = `SELECT page, window_start, window_end, sum(ms) AS s FROM TUMBLE(clicks, at, '1 minute') WHERE size > 1 GROUP BY page, window_start, window_end`;
    const other = part.replace('size > 1', 'size > 2');
    const text = `${TABLE} CREATE MATERIALIZED VIEW a AS ${part} HAVING count(*) > 1;
      CREATE MATERIALIZED VIEW b AS ${part} HAVING count(*) > 2; CREATE MATERIALIZED VIEW c AS ${other} HAVING count(*) > 2;`;
    const plan = await compile(application('shop', { sql: sql(text) }));
    expect(plan.views.map(({ name, hidden, rows }) => [name, hidden, rows])).toEqual([
      ['a__1', true, false],
      ['c__1', true, false],
    ]);
    expect(plan.derived.map(({ name, key }) => [name, key.map((column) => column.name)])).toEqual([
      ['a', ['page']],
      ['b', ['page']],
      ['c', ['page']],
    ]);
  });

  it('an aggregate that a view computes with is kept once, whatever its names', async () => {
    const text = `${TABLE} CREATE MATERIALIZED VIEW v AS SELECT window_start, window_end, count(*) AS a, count(*) AS b, count(*) + 1 AS c
      FROM TUMBLE(clicks, at, '1 minute') ${BY};`;
    const plan = await compile(application('shop', { sql: sql(text) }));
    expect(plan.views.map(({ name, aggregates }) => [name, aggregates.map((each) => each.name)])).toEqual([['v__1', ['a']]]);
    expect(plan.derived[0]?.columns.map(({ name }) => name)).toEqual(['window_start', 'window_end', 'a', 'b', 'c']);
  });

  it('parts of views have names that no view has', async () => {
    const select = `SELECT window_start, window_end, count(*) AS n FROM TUMBLE(clicks, at, '1 minute') ${BY}`;
    const text = `${TABLE} CREATE MATERIALIZED VIEW v__1 AS ${select}; CREATE MATERIALIZED VIEW v AS ${select} HAVING count(*) > 1;`;
    const plan = await compile(application('shop', { sql: sql(text) }));
    expect(plan.views.map(({ name }) => name)).toEqual(['v__1', 'v__2']);
  });

  it('parsed SQL is compiled without a parser, and to the same plan', async () => {
    const { parseApplication } = await import('../../lib/compile/parse-application.ts');
    const app = application('shop', { sql: sql(TABLE + selecting('count(*) AS n')) });
    const parsed = await parseApplication(app);
    const shipped = JSON.parse(JSON.stringify(parsed.sql)) as typeof parsed.sql;
    expect(describePlan(await compile({ ...app, ...(shipped && { sql: shipped }) }))).toEqual(describePlan(await compile(app)));
  });
});
