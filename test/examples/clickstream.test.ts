import { describe, expect, it } from 'vitest';
import shop, { generator as shopGenerator } from '../../examples/clickstream/app.ts';
import { compile, type Random } from '../../lib/index.ts';
import { AT, shown } from '../support/clicks.ts';

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
