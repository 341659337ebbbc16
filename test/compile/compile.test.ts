import type { StandardSchemaV1 } from '@standard-schema/spec';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import shop, { generator as shopGenerator } from '../../examples/clickstream/app.ts';
import type { Row } from '../../lib/core/column.ts';
import {
  type Aggregates,
  accumulator,
  application,
  compile,
  hopping,
  type Plan,
  type Random,
  stream,
  tumbling,
  type ViewPlan,
  view,
} from '../../lib/index.ts';

const AT = '2026-01-01T00:00:00.000Z';
const columns = {
  page: 'text',
  ms: 'double precision | null',
  n: 'bigint',
  day: 'timestamptz | null',
  ok: 'boolean',
  tags: 'jsonb',
  at: 'timestamptz',
} as const;
const clicks = stream('clicks', { columns, eventTime: 'at' });
const minute = tumbling('1 minute');
const event = { page: '/', ms: 1.5, n: 2, day: null, ok: true, tags: ['x'], at: AT };

// biome-ignore lint/suspicious/noExplicitAny: what is not under test here
const compiled = async (aggregated: any, options?: any): Promise<ViewPlan> =>
  (await compile(application('shop', { views: [view('v', aggregated, options)] }))).views[0] as ViewPlan;
const shown = (plan: ViewPlan) => plan.columns.map(({ name, type, nullable }) => `${name} ${type}${nullable ? ' null' : ''}`);

/** What a view makes of events that all fall in one window and have one key: transforms, then every aggregate. */
function results(plan: ViewPlan, events: readonly object[]): Row {
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

const keyOf = (plan: ViewPlan, row: object) => plan.key.map(({ value }) => value(row as Row, { time: 0, shard: 0, ordinal: 0 }));

describe('compile', () => {
  it('makes a plan with defaults', async () => {
    const plan: Plan = await compile(
      application('shop', {
        views: [
          view(
            'v',
            clicks
              .keyBy('page')
              .window(minute)
              .aggregate((a) => ({ views: a.count() })),
          ),
        ],
      }),
    );
    expect(plan).toMatchObject({
      name: 'shop',
      streams: [{ name: 'clicks', eventTime: 'at', maxOutOfOrderness: 5000, maxAhead: 86_400_000, idleTimeout: 60_000 }],
      views: [
        {
          name: 'v',
          stream: 'clicks',
          window: { kind: 'tumbling', size: 60_000, slide: 60_000, offset: 0 },
          allowedLateness: 0,
          retention: 2_592_000_000,
          rows: true,
          key: [{ name: 'page', type: 'text', nullable: false }],
        },
      ],
    });
    expect(plan.streams[0]).not.toHaveProperty('partitionKey');
    expect(plan.streams[0]).not.toHaveProperty('aggregation');
  });

  it('takes every option', async () => {
    const given = stream('clicks', {
      columns,
      eventTime: 'at',
      maxOutOfOrderness: 250,
      maxAhead: '1 hour',
      idleTimeout: '30 seconds',
      partitionKey: 'page',
      aggregation: 'kpl',
    });
    const aggregated = given
      .window(hopping('1 hour', '10 minutes', { offset: '1 minute' }), { allowedLateness: '2 minutes' })
      .aggregate((a) => ({ n: a.count() }));
    const plan = await compile(
      application('shop', {
        views: [view('a', aggregated, { rows: false, retention: '1 day', version: 2 }), view('b', aggregated)],
        retention: '7 days',
      }),
    );
    expect(plan.streams[0]).toMatchObject({
      maxOutOfOrderness: 250,
      maxAhead: 3_600_000,
      idleTimeout: 30_000,
      partitionKey: 'page',
      aggregation: 'kpl',
    });
    expect(plan.views).toMatchObject([
      {
        window: { kind: 'hopping', size: 3_600_000, slide: 600_000, offset: 60_000 },
        allowedLateness: 120_000,
        retention: 86_400_000,
        rows: false,
        key: [],
      },
      { retention: 604_800_000, rows: true },
    ]);
  });

  it('gives the result columns their types', async () => {
    const plan = await compiled(
      clicks
        .keyBy('page', 'day', { hour: { type: 'bigint', value: () => 1 } })
        .window(minute)
        .aggregate((a) => ({
          count: a.count(),
          count_ms: a.count('ms'),
          sum_n: a.sum('n'),
          sum_ms: a.sum('ms'),
          avg: a.avg('n'),
          min: a.min('page'),
          max: a.max('at'),
          first: a.first('tags'),
          last: a.last('ok'),
          var_samp: a.variance('n'),
          var_pop: a.varPop('n'),
          stddev: a.stddev('n'),
          stddev_pop: a.stddevPop('ms'),
          visitors: a.approxCountDistinct('ms'),
          p95: a.approxQuantile('n', 0.95),
          slow: a.filter((e) => e.ok, a.count()),
          slow_avg: a.filter((e) => e.ok, a.avg('n')),
        })),
    );
    expect(shown(plan)).toEqual([
      'page text',
      'day timestamptz null',
      'hour bigint',
      'window_start timestamptz',
      'window_end timestamptz',
      'count bigint',
      'count_ms bigint',
      'sum_n bigint',
      'sum_ms double precision null',
      'avg double precision',
      'min text',
      'max timestamptz',
      'first jsonb',
      'last boolean',
      'var_samp double precision null',
      'var_pop double precision',
      'stddev double precision null',
      'stddev_pop double precision null',
      'visitors bigint',
      'p95 double precision',
      'slow bigint',
      'slow_avg double precision null',
    ]);
  });

  it('passes over NULLs, but not in count()', async () => {
    const plan = await compiled(
      clicks.window(minute).aggregate((a) => ({
        count: a.count(),
        count_ms: a.count('ms'),
        sum: a.sum('ms'),
        avg: a.avg('ms'),
        min: a.min('ms'),
        max: a.max('ms'),
        first: a.first('ms'),
        last: a.last('ms'),
        visitors: a.approxCountDistinct('ms'),
        long: a.filter((e) => (e.ms ?? 0) > 10, a.count()),
        long_sum: a.filter((e) => (e.ms ?? 0) > 10, a.sum('ms')),
        never: a.filter(() => false, a.sum('ms')),
      })),
    );
    const events = [null, 2, undefined, 40, 6, null].map((ms) => ({ ...event, ms }));
    expect(results(plan, events)).toEqual({
      count: 6,
      count_ms: 3,
      sum: 48,
      avg: 16,
      min: 2,
      max: 40,
      first: null,
      last: null,
      visitors: 3,
      long: 1,
      long_sum: 40,
      never: null,
    });
    expect(results(plan, [{ ...event, ms: null }])).toEqual({
      count: 1,
      count_ms: 0,
      sum: null,
      avg: null,
      min: null,
      max: null,
      first: null,
      last: null,
      visitors: 0,
      long: 0,
      long_sum: null,
      never: null,
    });
  });

  it('shows times in one form, so that equal ones are equal and text order is time order', async () => {
    const plan = await compiled(
      clicks
        .keyBy('at')
        .window(minute)
        .aggregate((a) => ({ last: a.max('at'), different: a.approxCountDistinct('at') })),
    );
    expect(keyOf(plan, { ...event, at: '2026-01-01T01:00:00+01:00' })).toEqual([AT]);
    const events = ['2026-01-01T01:00:00+01:00', AT, '2026-01-01T00:00Z', '2025-12-31T23:59:59.999Z'].map((at) => ({ ...event, at }));
    expect(results(plan, events)).toEqual({ last: AT, different: 2 });
  });

  it('runs filters and maps in order, and drops what a filter does not keep', async () => {
    const plan = await compiled(
      clicks
        .filter((e) => e.ok)
        .map((e) => ({ path: e.page.slice(0, 2), seconds: (e.ms ?? 0) / 1000, at: e.at }), {
          columns: { path: 'text', seconds: 'double precision' },
        })
        .filter((e) => e.path !== '/x')
        .keyBy('path')
        .window(minute)
        .aggregate((a) => ({ n: a.count(), seconds: a.sum('seconds') })),
    );
    const events = [
      { ...event, page: '/a1', ms: 1000 },
      { ...event, page: '/a2', ms: 500 },
      { ...event, page: '/xy' },
      { ...event, ok: false },
    ];
    expect(results(plan, events)).toEqual({ n: 2, seconds: 1.5 });
    expect(shown(plan)).toContain('path text');
  });

  it.each<[string, () => unknown, string]>([
    ['not an object', () => 7, 'a map gave 7, not an object'],
    ['a promise', () => Promise.resolve({}), 'a map gave a promise: maps must be synchronous'],
    ['text for a number', () => ({ n: '1' }), 'column "n": expected a whole number of 64 bits, got the text "1"'],
    ['a fraction for a whole number', () => ({ n: 1.5 }), 'column "n": expected a whole number of 64 bits, got the number 1.5'],
    ['nothing', () => ({}), 'column "n": expected a whole number of 64 bits, got nothing'],
  ])('finds out when a map gives %s', async (_, map, message) => {
    const plan = await compiled(
      clicks
        .map(map as () => { n: number })
        .window(minute)
        .aggregate((a) => ({ n: a.sum('n') })),
    );
    expect(() => results(plan, [event])).toThrow(message);
  });

  it('finds out when a filter gives a promise', async () => {
    const plan = await compiled(
      clicks
        .filter((() => Promise.resolve(false)) as unknown as () => boolean)
        .window(minute)
        .aggregate((a) => ({ n: a.count() })),
    );
    expect(() => results(plan, [event])).toThrow('filters must be synchronous');
  });

  it('computes key expressions, and checks what they give', async () => {
    const plan = await compiled(
      clicks
        .keyBy('page', {
          hour: { type: 'bigint', value: (e) => new Date(e.at).getUTCHours() },
          since: { type: 'timestamptz | null', value: (e) => (e.ok ? new Date(e.at) : null) },
        })
        .window(minute)
        .aggregate((a) => ({ n: a.count() })),
    );
    expect(keyOf(plan, { ...event, at: '2026-01-01T13:30:00Z' })).toEqual(['/', 13, '2026-01-01T13:30:00.000Z']);
    expect(keyOf(plan, { ...event, ok: false })).toEqual(['/', 0, null]);
    expect(() => keyOf(plan, { ...event, at: '?' })).toThrow('column "hour": expected a whole number of 64 bits, got the number NaN');
  });

  it('takes __proto__ and constructor for names', async () => {
    const odd = stream('odd', {
      columns: JSON.parse('{"__proto__":"text","constructor":"double precision | null","at":"timestamptz"}'),
      eventTime: 'at' as never,
    });
    // biome-ignore lint/suspicious/noExplicitAny: the columns' types are not known
    const keyed: any = odd.keyBy('__proto__' as never).window(minute);
    const plan = await compile(
      application('shop', {
        views: [
          view(
            'constructor',
            keyed.aggregate((a: Aggregates<{ constructor: number }>) => ({
              toString: a.count('constructor'),
              hasOwnProperty: a.max('constructor'),
            })),
          ),
        ],
      }),
    );
    const [v] = plan.views as [ViewPlan];
    const [from] = plan.streams as [Plan['streams'][0]];
    const validated = from.validate(JSON.parse(`{"__proto__":"a","constructor":3,"at":"${AT}"}`));
    if (!('row' in validated)) throw new Error(validated.reason);
    expect(keyOf(v, validated.row)).toEqual(['a']);
    const absent = from.validate(JSON.parse(`{"__proto__":"a","at":"${AT}"}`));
    if (!('row' in absent)) throw new Error(absent.reason);
    expect(Object.entries(results(v, [validated.row, absent.row]))).toEqual([
      ['toString', 1],
      ['hasOwnProperty', 3],
    ]);
    expect({}).not.toHaveProperty('admin');
  });

  it('makes the same plan of the same definition, and another fingerprint of another', async () => {
    const base = () =>
      clicks
        .keyBy('page')
        .window(minute)
        .aggregate((a) => ({ n: a.count(), p: a.approxQuantile('ms', 0.5) }));
    const fingerprint = async (aggregated: unknown, options?: object) => (await compiled(aggregated, options)).fingerprint;
    const own = await fingerprint(base());
    expect(own).toMatch(/^[0-9a-f]{32}$/);
    expect(await fingerprint(base())).toBe(own);
    expect(await fingerprint(base(), { rows: false, retention: '1 day' })).toBe(own);
    const others = await Promise.all([
      fingerprint(base(), { version: 1 }),
      fingerprint(
        clicks
          .keyBy('ok')
          .window(minute)
          .aggregate((a) => ({ n: a.count(), p: a.approxQuantile('ms', 0.5) })) as never,
      ),
      fingerprint(
        clicks
          .keyBy('page')
          .window(tumbling(1000))
          .aggregate((a) => ({ n: a.count(), p: a.approxQuantile('ms', 0.5) })),
      ),
      fingerprint(
        clicks
          .keyBy('page')
          .window(minute, { allowedLateness: 1 })
          .aggregate((a) => ({ n: a.count(), p: a.approxQuantile('ms', 0.5) })),
      ),
      fingerprint(
        clicks
          .keyBy('page')
          .window(minute)
          .aggregate((a) => ({ n: a.count(), p: a.approxQuantile('ms', 0.6) })),
      ),
      fingerprint(
        clicks
          .keyBy('page')
          .window(minute)
          .aggregate((a) => ({ n: a.count(), p: a.approxQuantile('n', 0.5) })),
      ),
      fingerprint(
        clicks
          .keyBy('page')
          .window(minute)
          .aggregate((a) => ({ n: a.count('ms'), p: a.approxQuantile('ms', 0.5) })),
      ),
      fingerprint(
        clicks
          .keyBy('page')
          .window(minute)
          .aggregate((a) => ({ n: a.filter((e) => e.ok, a.count()), p: a.approxQuantile('ms', 0.5) })),
      ),
      fingerprint(
        clicks
          .filter((e) => e.ok)
          .keyBy('page')
          .window(minute)
          .aggregate((a) => ({ n: a.count(), p: a.approxQuantile('ms', 0.5) })),
      ),
    ]);
    expect(new Set([own, ...others]).size).toBe(others.length + 1);
  });
});

describe('a user accumulator', () => {
  const geoMean = accumulator({
    name: 'geo_mean',
    create: () => ({ n: 0, logs: 0 }),
    add: (s, x: number) => ({ n: s.n + 1, logs: s.logs + Math.log(x) }),
    merge: (a, b) => ({ n: a.n + b.n, logs: a.logs + b.logs }),
    result: (s) => Math.exp(s.logs / s.n),
  });
  const weighted = accumulator({
    name: 'weighted_mean',
    create: () => [0, 0] as [number, number],
    add: (s, x: number, w: number) => {
      s[0] += x * w;
      s[1] += w;
      return s;
    },
    merge: (a, b) => [a[0] + b[0], a[1] + b[1]] as [number, number],
    result: (s) => s[0] / s[1],
    type: 'double precision',
  });
  const aggregated = clicks.window(minute).aggregate((a) => ({
    geo: geoMean('ms'),
    geo_ok: a.filter((e) => e.ok, geoMean('n')),
    weighted: weighted('ms', 'n'),
  }));

  it('takes values, passes over NULLs, and is NULL over nothing', async () => {
    const plan = await compiled(aggregated);
    expect(shown(plan).slice(2)).toEqual(['geo double precision null', 'geo_ok double precision null', 'weighted double precision null']);
    const found = results(plan, [
      { ...event, ms: 2, n: 1 },
      { ...event, ms: 8, n: 3, ok: false },
      { ...event, ms: null, n: 16 },
    ]);
    expect(found.geo).toBeCloseTo(4, 12);
    expect(found.geo_ok).toBeCloseTo(4, 12);
    expect(found.weighted).toBe(6.5);
    expect(results(plan, [{ ...event, ms: null, ok: false }])).toEqual({ geo: null, geo_ok: null, weighted: null });
  });

  it('merges without touching the state merged from', async () => {
    const { accumulator: merged, add } = (await compiled(aggregated)).aggregates[2] as ViewPlan['aggregates'][0];
    const position = { time: 0, shard: 0, ordinal: 0 };
    const from = add(merged.create(), { ...event, ms: 4, n: 1 }, position);
    const into = merged.merge(merged.create(), from);
    add(into, { ...event, ms: 8, n: 3 }, position);
    expect(merged.result(from)).toBe(4);
    expect(merged.result(merged.merge(merged.merge(merged.create(), merged.create()), from))).toBe(4);
  });

  it('shows what JSON cannot say as null', async () => {
    const plan = await compiled(clicks.window(minute).aggregate(() => ({ geo: geoMean('n') })));
    expect(results(plan, [{ ...event, n: -1 }])).toEqual({ geo: null });
  });
});

describe('schemas', () => {
  const columnsOf = async (schema: z.ZodType<{ at: string | Date }>, more: object = {}) => {
    const from = stream('s', { schema, eventTime: 'at', columns: more as never });
    const { streams } = await compile(
      application('a', {
        views: [
          view(
            'v',
            from.window(minute).aggregate((a) => ({ n: a.count() })),
          ),
        ],
      }),
    );
    const [plan] = streams as [Plan['streams'][0]];
    return { plan, columns: plan.columns.map(({ name, type, nullable }) => `${name} ${type}${nullable ? ' null' : ''}`) };
  };

  it('tell the columns of what they give, not of what they take', async () => {
    const schema = z.object({
      n: z.coerce.number(),
      label: z.string().default('none'),
      at: z.coerce.date(),
      gone: z.string().transform((s) => s.length),
    });
    const { plan, columns: found } = await columnsOf(schema, { gone: 'bigint' });
    expect(found).toEqual(['n double precision', 'label text', 'at timestamptz', 'gone bigint']);
    expect(plan.validate({ n: '5', at: AT, gone: 'abc' })).toEqual({
      row: { n: 5, label: 'none', at: new Date(AT), gone: 3 },
      time: Date.parse(AT),
    });
  });

  it('say why an event is refused, and where', async () => {
    const { plan } = await columnsOf(z.object({ a: z.object({ b: z.array(z.number()) }), at: z.iso.datetime() }));
    expect(plan.validate({ a: { b: [1, 'x'] }, at: AT })).toEqual({ reason: expect.stringMatching(/^a\.b\.1: .*expected number/i) });
    expect(plan.validate('x')).toEqual({ reason: expect.stringContaining('expected object') });
    expect(plan.validate({ a: { b: [] } })).toEqual({ reason: expect.stringMatching(/^at: /) });
  });

  it('that turn out asynchronous refuse the event', async () => {
    const validate = (value: unknown) => ((value as { page?: string })?.page === 'slow' ? Promise.reject(new Error('late')) : { value });
    const schema: StandardSchemaV1<{ page: string; at: string }> = {
      '~standard': { version: 1, vendor: 'acme', validate: validate as never },
    };
    const from = stream('s', { schema, eventTime: 'at', columns: { page: 'text', at: 'timestamptz' } });
    const { streams } = await compile(
      application('a', {
        views: [
          view(
            'v',
            from.window(minute).aggregate((a) => ({ n: a.count() })),
          ),
        ],
      }),
    );
    const [plan] = streams as [Plan['streams'][0]];
    expect(plan.validate({ page: 'fast', at: AT })).toEqual({ row: { page: 'fast', at: AT }, time: Date.parse(AT) });
    expect(plan.validate({ page: 'slow', at: AT })).toEqual({
      reason: 'the schema answered with a promise: validators must be synchronous',
    });
  });
});

describe('definitions', () => {
  it('are immutable: every step gives a new one', () => {
    const filtered = clicks.filter((e) => e.ok);
    expect(filtered).not.toBe(clicks);
    expect(clicks.definition.transforms).toHaveLength(0);
    expect(filtered.definition.transforms).toHaveLength(1);
    const windowed = filtered.keyBy('page').window(minute);
    const aggregated = windowed.aggregate((a) => ({ n: a.count() }));
    const named = view('v', aggregated, { version: 1 });
    const app = application('shop', { views: [named] });
    for (const each of [
      clicks,
      clicks.definition,
      filtered,
      filtered.definition.transforms,
      windowed,
      aggregated,
      aggregated.definition,
      named,
      named.options,
      app,
      app.views,
      minute,
    ]) {
      expect(Object.isFrozen(each)).toBe(true);
    }
  });

  it('copy what they are given', async () => {
    const given: Record<string, 'text' | 'timestamptz'> = { page: 'text', at: 'timestamptz' };
    const from = stream('s', { columns: given, eventTime: 'at' });
    given.other = 'text';
    const { streams } = await compile(
      application('a', {
        views: [
          view(
            'v',
            from.window(minute).aggregate((a) => ({ n: a.count() })),
          ),
        ],
      }),
    );
    expect(streams[0]?.columns.map(({ name }) => name)).toEqual(['page', 'at']);
  });
});

describe('the clickstream example', () => {
  const random: Random = {
    uniform: () => 0.5,
    exponential: (mean) => mean,
    poisson: (mean) => Math.round(mean),
    normal: (mean) => mean,
    pick: (items) => items[0] as never,
    integer: () => 7,
  };

  it('compiles', async () => {
    const plan = await compile(shop);
    expect(plan.views.map(({ name }) => name)).toEqual(['page_views', 'page_trend']);
    expect(plan.views[0] && shown(plan.views[0])).toEqual([
      'page text',
      'window_start timestamptz',
      'window_end timestamptz',
      'views bigint',
      'avg_ms double precision null',
      'slow bigint',
      'p95_ms double precision null',
      'visitors bigint',
    ]);
  });

  it('generates events its stream takes', async () => {
    const { streams } = await compile(shop);
    expect(shopGenerator.stream).toBe('clicks');
    const now = Date.parse(AT);
    expect(streams[0]?.validate(shopGenerator.event(random, now))).toEqual({
      row: { page: '/', user_id: 'user-7', ms: 400, at: new Date(now - 200).toISOString() },
      time: now - 200,
    });
  });
});
