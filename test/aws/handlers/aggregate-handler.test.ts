import { describe, expect, it, vi } from 'vitest';
import { MillraceError } from '../../../lib/core/errors.ts';
import { application, view } from '../../../lib/dsl/application.ts';
import { stream } from '../../../lib/dsl/stream.ts';
import { global, tumbling } from '../../../lib/dsl/window.ts';
import { kinesisRecord } from '../kinesis/records.ts';
import { click, createStack, environment, SHARD, START } from './stack.ts';

const taken = { batchItemFailures: [] };

async function views(stack: ReturnType<typeof createStack>, page: string): Promise<unknown[]> {
  const { body } = await stack.get('/v1/views/page_views/rows', { 'key.page': page });
  return JSON.parse(body).rows.map((row: { views: number; final: boolean }) => [row.views, row.final]);
}

describe('createAggregateHandler', () => {
  it('takes an empty event', async () => {
    expect(await createStack().aggregate([])).toEqual(taken);
  });

  it('counts a batch once, however often it comes, and says what it did', async () => {
    const stack = createStack();
    stack.clock.at = START + 10_000;
    const batch = stack.records(click('/a', 1), click('/a', 2), '{"page":1}', 'x', `[${click('/b', 3)},${click('/a', 4)}]`);
    stack.clock.at = START + 10_250;
    expect(await stack.aggregate(batch)).toEqual(taken);
    expect(await stack.aggregate(batch)).toEqual(taken);
    expect(await stack.aggregate(batch.slice(1, 3))).toEqual(taken);
    expect(await views(stack, '/a')).toEqual([[3, false]]);
    expect(stack.told.measures[0]).toEqual({
      stream: 'clicks',
      measures: {
        Events: 6,
        LateEvents: 0,
        DeadLetters: 2,
        Freshness: 250,
        CommitConflicts: 0,
        ReadUnits: expect.any(Number),
        WriteUnits: expect.any(Number),
        BatchDuration: expect.any(Number),
      },
    });
    expect(stack.told.measures[1]?.measures).toMatchObject({ Events: 0, DeadLetters: 0 });
    expect(stack.told.measures[1]?.measures).not.toHaveProperty('Freshness');
  });

  it('says how near a running result is to its bound, and makes events beyond dead', async () => {
    const clicks = stream('clicks', { columns: { page: 'text', at: 'timestamptz' }, eventTime: 'at' });
    const count = (maxKeys: number) =>
      clicks
        .keyBy('page')
        .window(global(), { maxKeys })
        .aggregate((a) => ({ n: a.count() }));
    const running = application('shop', { views: [view('few', count(4)), view('many', count(400))] });
    const stack = createStack({ application: running });
    for (const pages of [
      ['/a', '/b'],
      ['/c', '/a', '/d', '/e'],
    ]) {
      await stack.aggregate(stack.records(...pages.map((page) => click(page, 1))));
    }
    expect(stack.told.measures.map(({ measures }) => [measures.KeysUsed, measures.DeadLetters])).toEqual([
      [50, 0],
      [100, 1],
    ]);
    const { rows } = JSON.parse((await stack.get('/v1/streams/clicks/dead-letters')).body) as {
      rows: { reason: string; event: unknown }[];
    };
    expect(rows).toMatchObject([{ reason: expect.stringContaining('"few" holds 4 keys'), event: { page: '/e' } }]);
  });

  it('asks to merge when a window has passed, and does not fail when that cannot be asked', async () => {
    const invokeMerge = vi.fn(async () => {
      throw new Error('throttled');
    });
    for (const stack of [createStack(), createStack({ invokeMerge })]) {
      await stack.aggregate(stack.records(click('/a', 1)));
      await stack.aggregate(stack.records(click('/a', 2)));
      stack.clock.at = START + 70_000;
      expect(await stack.aggregate(stack.records(click('/a', 70)))).toEqual(taken);
      expect(await views(stack, '/a')).toEqual([
        [2, false],
        [1, false],
      ]);
      if (stack.told.merges.length === 0) expect(stack.told.warnings.join()).toContain('throttled');
      else expect(stack.told.merges.at(-1)).toBe('clicks');
    }
    expect(invokeMerge).toHaveBeenCalledWith('clicks');
  });

  it('reports a batch that was not committed by its first record', async () => {
    const stack = createStack();
    stack.context.remaining = 900;
    const batch = stack.records(click('/a', 1), click('/a', 2));
    expect(await stack.aggregate(batch)).toEqual({ batchItemFailures: [{ itemIdentifier: '101' }] });
    expect(stack.told.warnings.join()).toContain(`clicks/${SHARD}`);
    stack.context.remaining = 60_000;
    expect(await stack.aggregate(batch)).toEqual(taken);
    expect(await views(stack, '/a')).toEqual([[2, false]]);
  });

  it('reports a batch that the breaker refused, and tells that it is open', async () => {
    const stack = createStack();
    expect(await stack.aggregate(stack.records(...Array<string>(150).fill('{}')))).toEqual({
      batchItemFailures: [{ itemIdentifier: '101' }],
    });
    expect(stack.told.measures).toEqual([{ stream: 'clicks', measures: { BreakerOpen: 1 } }]);
    expect(stack.told.errors.join()).toContain('dead letters');
  });

  it.each([new MillraceError('gap', 'a gap'), new TypeError('a bug')])('throws what delivering again does not mend: %s', async (error) => {
    const shards = { list: () => Promise.reject(error), probe: () => Promise.reject(error) };
    const stack = createStack({ shards });
    await expect(stack.aggregate(stack.records(click('/a', 1)))).rejects.toBe(error);
  });

  it('tries a single record that keeps coming back', async () => {
    const trial = vi.fn(async () => 'dies' as const);
    const stack = createStack({ trial });
    await stack.aggregate(stack.records(click('/a', 1), click('/a', 2)));
    const batch = stack.records(click('/a', 3));
    stack.context.remaining = 0;
    for (let delivery = 0; delivery < 2; delivery++) expect(await stack.aggregate(batch)).not.toEqual(taken);
    stack.context.remaining = 60_000;
    expect(await stack.aggregate(batch)).toEqual(taken);
    expect(trial).toHaveBeenCalledExactlyOnceWith('clicks', expect.objectContaining({ sequence: '103' }));
    expect(stack.told.measures.at(-1)?.measures).toMatchObject({ Events: 1, DeadLetters: 1 });
  });

  it.each([
    ['ARN', { clicks: 'arn:aws:kinesis:us-east-1:123456789012:stream/prod-clicks-x1' }],
    ['name', { clicks: 'prod-clicks-x1' }],
    ['ARN before a name', { orders: 'prod-clicks-x1', clicks: 'arn:aws:kinesis:us-east-1:123456789012:stream/prod-clicks-x1' }],
  ])('finds the application stream by %s', async (_, streams) => {
    const env = { ...environment, streams };
    const stack = createStack({ environment: env });
    const record = kinesisRecord(click('/a', 1), { sequence: '1', arrival: START, stream: 'prod-clicks-x1' });
    expect(await stack.aggregate([record])).toEqual(taken);
    expect(await views(stack, '/a')).toEqual([[1, false]]);
    const other = kinesisRecord(click('/a', 1), { stream: 'orders' });
    await expect(stack.aggregate([other])).rejects.toMatchObject({ code: 'argument', message: expect.stringContaining('stream/orders') });
  });

  it('asks for the hash keys of a stream that the KPL aggregates', async () => {
    const clicks = stream('clicks', { columns: { page: 'text', at: 'timestamptz' }, eventTime: 'at', aggregation: 'kpl' });
    const app = application('kpl', {
      views: [
        view(
          'page_views',
          clicks
            .keyBy('page')
            .window(tumbling('1 minute'))
            .aggregate((a) => ({ views: a.count() })),
        ),
      ],
    });
    const hashRange = vi.fn(async () => ({ start: 0n, end: 1n }));
    const shards = { list: async () => [{ shard: SHARD, parents: [], open: true }], probe: () => Promise.reject(), hashRange };
    const stack = createStack({ application: app, shards });
    expect(await stack.aggregate(stack.records(click('/a', 1)))).toEqual(taken);
    expect(hashRange).toHaveBeenCalledWith('clicks', SHARD);
  });

  it('says every time what is wrong with the application or the environment', async () => {
    const wrong = application('shop', { views: [] });
    const stack = createStack({ application: wrong });
    for (let i = 0; i < 2; i++) await expect(stack.aggregate(stack.records('{}'))).rejects.toMatchObject({ code: 'definition' });
    const { shards: _, ...withoutShards } = createStack();
    const unknown = createStack({ ...withoutShards, shards: undefined as never });
    await expect(unknown.aggregate(unknown.records('{}'))).rejects.toMatchObject({
      code: 'argument',
      message: expect.stringMatching(/MILLRACE_STREAMS.*"clicks"/),
    });
  });
});
