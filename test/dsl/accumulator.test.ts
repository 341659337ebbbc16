import { describe, expect, it } from 'vitest';
import { accumulator, type ViewPlan } from '../../lib/index.ts';
import { clicks, compiled, event, minute, results, shown } from '../support/clicks.ts';

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
