import { describe, expect, it } from 'vitest';
import { click, createStack, SHARD, START } from './stack.ts';

async function rows(stack: ReturnType<typeof createStack>): Promise<unknown> {
  return JSON.parse((await stack.get('/v1/views/page_views/rows', { 'key.page': '/a' })).body).rows;
}

describe('createMergeHandler', () => {
  it('makes windows final that have passed: first the tick registers the shards', async () => {
    const stack = createStack();
    await stack.aggregate(stack.records(click('/a', 1, 10), click('/a', 2, 20)));
    stack.clock.at = START + 70_000;
    await stack.aggregate(stack.records(click('/a', 70, null)));
    expect(await stack.merge({ stream: 'clicks' })).toEqual({ streams: [{ stream: 'clicks', windows: 0 }] });
    expect(await stack.tick()).toEqual({ streams: [{ stream: 'clicks', windows: 1, moved: 0, checkpoints: 0 }] });
    expect(await stack.merge({ stream: 'clicks' })).toEqual({ streams: [{ stream: 'clicks', windows: 0 }] });
    expect(await rows(stack)).toEqual([
      {
        page: '/a',
        window_start: '2026-01-01T00:00:00.000Z',
        window_end: '2026-01-01T00:01:00.000Z',
        final: true,
        views: 2,
        avg_ms: 15,
      },
      {
        page: '/a',
        window_start: '2026-01-01T00:01:00.000Z',
        window_end: '2026-01-01T00:02:00.000Z',
        final: false,
        views: 1,
        avg_ms: null,
      },
    ]);
    expect(stack.told.measures.at(-1)).toEqual({
      stream: undefined,
      measures: { ReadUnits: expect.any(Number), WriteUnits: 0 },
    });
  });

  it('tells of a tick that ended, and of a merge that it was none', async () => {
    const stack = createStack();
    await stack.tick();
    expect(stack.told.measures).toEqual([{ stream: 'clicks', measures: expect.objectContaining({ Ticks: 1 }) }]);
    await stack.merge({ stream: 'clicks' });
    expect(stack.told.measures.at(-1)?.measures).not.toHaveProperty('Ticks');
  });

  it('moves a silent shard, so that its last window becomes final', async () => {
    const stack = createStack();
    await stack.aggregate(stack.records(click('/a', 1)));
    await stack.tick();
    stack.clock.at = START + 600_000;
    expect(await stack.tick()).toMatchObject({ streams: [{ moved: 1, windows: 1 }] });
    expect(await rows(stack)).toMatchObject([{ views: 1, final: true }]);
  });

  it('begins nothing when there is no time left', async () => {
    const stack = createStack();
    await stack.aggregate(stack.records(click('/a', 1)));
    stack.clock.at = START + 70_000;
    await stack.aggregate(stack.records(click('/a', 70)));
    await stack.tick();
    stack.clock.at = START + 130_000;
    await stack.aggregate(stack.records(click('/a', 130)));
    stack.context.remaining = 4000;
    expect(await stack.merge({ stream: 'clicks' })).toMatchObject({ streams: [{ windows: 0 }] });
    stack.context.remaining = 60_000;
    expect(await stack.merge({ stream: 'clicks' })).toMatchObject({ streams: [{ windows: 1 }] });
  });

  it.each([
    [{ stream: 'orders' }, /orders/],
    [{ detail: 1 } as never, /"stream"/],
  ])('refuses %j', async (event, message) => {
    await expect(createStack().merge(event)).rejects.toMatchObject({ code: 'argument', message: expect.stringMatching(message) });
  });

  it('registers a shard before it has records', async () => {
    const stack = createStack();
    await stack.tick();
    expect(await stack.store.tasks.list({ application: 'shop', stream: 'clicks' })).toEqual([SHARD]);
  });
});
