import { afterEach, describe, expect, it, vi } from 'vitest';
import { processBatch } from '../../lib/runtime/process-batch.ts';
import { taskId } from '../../lib/runtime/runtime.ts';
import { MemoryTable } from '../../lib/store/memory/memory-table.ts';
import { deliver, eventsCommitted, incompressible, World } from './world.ts';

const SHARD = 'shardId-000000000000';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('after its deadline an invocation commits nothing', () => {
  //  deadline  ─────────────────┤
  //  an entry of 600 KB   pieces ───── entry: not any more
  it('not even an entry whose pieces are there already', async () => {
    const world = new World(1);
    await deliver(world, world.process(), SHARD, 0, 1);
    for (let i = 0; i < 1000; i++) world.send(SHARD, incompressible(i, 150), world.now);
    const deadline = world.now + 10_000;
    const putAll = MemoryTable.prototype.putAll;
    const slow = vi.spyOn(MemoryTable.prototype, 'putAll').mockImplementation(async function (this: MemoryTable, items) {
      world.now = deadline + 1;
      await putAll.call(this, items);
    });
    const runtime = world.process();
    const records = world.streams.records('events', SHARD);
    await expect(processBatch(runtime, { stream: 'events', shard: SHARD, records, deadline })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('deadline'),
    });
    expect(slow).toHaveBeenCalledOnce();
    const log = await world.store.log.read(taskId(runtime, 'events', SHARD), 1);
    expect(log.map(({ index }) => index)).toEqual([1]);
    slow.mockRestore();
    await deliver(world, runtime, SHARD, 0, 1000);
    expect(await eventsCommitted(world)).toBe(1000);
  });
});
