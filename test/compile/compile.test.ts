import { describe, expect, it } from 'vitest';
import { type Aggregates, application, compile, hopping, type Plan, stream, tumbling, type ViewPlan, view } from '../../lib/index.ts';
import { AT, clicks, columns, compiled, event, keyOf, minute, results, shown } from '../support/clicks.ts';

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
    ['not an object', () => 7, 'a map returned 7, not an object'],
    ['a promise', () => Promise.resolve({}), 'a map returned a promise: maps must be synchronous'],
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
