import { describe, expect, it } from 'vitest';
import { createReader, type Reader } from '../../lib/runtime/read/reader.ts';
import { readWindowRows } from '../../lib/runtime/read/window-rows.ts';
import { gatedStore } from '../support/gated-store.ts';
import { deliver, World } from './world.ts';

const SHARD = 'shardId-000000000000';

async function idsIn(reader: Reader, start: number): Promise<unknown> {
  const window = { start, end: start + 10_000 };
  const { rows } = await readWindowRows(reader, { view: 'tumbling', window, orderBy: [], limit: 10 });
  return rows.map(({ ids }) => ids);
}

describe('what is not acknowledged', () => {
  it('is in nobody’s view: readers of the same process see the batch once it is written, not while it is', async () => {
    const world = new World(1);
    const start = world.now;
    world.send(SHARD, 'a', start);
    let atAppend: () => void = () => {};
    let answer: () => void = () => {};
    let hold = false;
    const gated = gatedStore(world.store, (call) => {
      if (call !== 'log.append' || !hold) return Promise.resolve();
      atAppend();
      return new Promise((resolve) => {
        answer = resolve;
      });
    });
    const runtime = world.process(gated);
    await deliver(world, runtime, SHARD, 0, 1);
    // It looks at the logs once, and answers from that.
    const reader = createReader(runtime, { followEvery: 60_000 });
    expect(await idsIn(reader, start)).toEqual([[0]]);

    world.send(SHARD, 'a', start + 1);
    hold = true;
    const writing = new Promise<void>((resolve) => {
      atAppend = resolve;
    });
    const delivered = deliver(world, runtime, SHARD, 1, 1);
    await writing;
    expect(await idsIn(reader, start)).toEqual([[0]]);
    hold = false;
    answer();
    await delivered;
    expect(await idsIn(createReader(runtime), start)).toEqual([[0, 1]]);
  });
});
