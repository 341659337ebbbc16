import { describe, expect, it } from 'vitest';
import { application, compile, stream, view } from '../../lib/index.ts';
import { clicks, minute } from '../support/clicks.ts';

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
