// Duplicates over the lives of tasks: cold starts, checkpoints, redelivery, reshards.
import { describe, expect, it } from 'vitest';
import { hashesInto } from '../../lib/runtime/hash-range.ts';
import { LIMITS } from '../../lib/runtime/limits.ts';
import type { BatchReport } from '../../lib/runtime/process-batch.ts';
import { processBatch } from '../../lib/runtime/process-batch.ts';
import { readHealth } from '../../lib/runtime/read/health.ts';
import { createReader } from '../../lib/runtime/read/reader.ts';
import { createRuntime, type Runtime } from '../../lib/runtime/runtime.ts';
import type { HashRange, ShardSource } from '../../lib/runtime/shard-source.ts';
import { tick } from '../../lib/runtime/tick.ts';
import { createMemoryStore } from '../../lib/store/memory/memory-store.ts';
import { MemoryStreams } from '../../lib/testing/memory-stream.ts';
import { bagPlan, bagView } from '../support/views.ts';
import { checkpointed, NEVER, TUMBLING } from './world.ts';

const [ONE, TWO, THREE] = ['shardId-000000000000', 'shardId-000000000001', 'shardId-000000000002'] as const;
const START = 1_000_000;
const MIDDLE = 2n ** 127n;
const LEFT: HashRange = { start: 0n, end: MIDDLE - 1n };
const RIGHT: HashRange = { start: MIDDLE, end: 2n ** 128n - 1n };
const ALL: HashRange = { start: 0n, end: 2n ** 128n - 1n };
/** MD5 of "a" is 0cc1…, of "b" 92eb…: see RFC 1321 for the first. */
const [A, B] = ['a', 'b'] as const;

const PLAN = bagPlan([bagView(TUMBLING, 0, 'tumbling'), { ...bagView(TUMBLING, 0, 'none'), transforms: [() => undefined] }], {
  maxOutOfOrderness: 2_000,
  partitionKey: 'k',
  dedupe: { partitionKey: 'k', by: 'n', within: 60_000, maxIds: 100 },
});

class Stage {
  now = START;
  readonly streams = new MemoryStreams(() => this.now);
  readonly store = createMemoryStore();
  readonly ranges: Record<string, HashRange> = {};
  #id = 0;

  constructor(ranges: readonly HashRange[]) {
    this.streams.addShards('events', ranges.length).forEach((shard, i) => {
      this.ranges[shard] = ranges[i] as HashRange;
    });
  }

  reshard(parents: readonly string[], ranges: readonly HashRange[]): void {
    this.streams.reshard('events', parents, ranges.length).forEach((shard, i) => {
      this.ranges[shard] = ranges[i] as HashRange;
    });
  }

  /** A process with a memory of its own. */
  process(): Runtime {
    const shards: ShardSource = {
      list: (stream) => this.streams.list(stream),
      probe: (stream, shard, after) => this.streams.probe(stream, shard, after),
      hashRange: (_, shard) => Promise.resolve(this.ranges[shard] as HashRange),
    };
    const limits = { ...LIMITS, bucketBytes: 100 };
    return createRuntime({ plan: PLAN, store: this.store, shards, clock: { now: () => this.now }, limits });
  }

  /** Puts an event into a shard and has it processed alone, by a process that knows nothing. */
  async take(shard: string, k: string, n: string, at: number, runtime = this.process()): Promise<BatchReport> {
    const parts = [{ value: { k, n, at, id: this.#id++ } }];
    const record = this.streams.put('events', { shard, arrival: Math.max(this.now, at), partitionKey: k, parts });
    return processBatch(runtime, { stream: 'events', shard, records: [record], deadline: NEVER });
  }
}

const duplicate = { events: 1, duplicates: 1, late: 0, dead: 0 };
const counted = { events: 1, duplicates: 0, late: 0, dead: 0 };

describe('a duplicate', () => {
  it('is one for a process that starts cold, from the log and from checkpoints', async () => {
    const stage = new Stage([ALL]);
    expect(await stage.take(ONE, A, '1', START)).toMatchObject(counted);
    expect(await stage.take(ONE, A, '1', START)).toMatchObject(duplicate);
    await checkpointed(stage.process(), ONE);
    expect(await stage.take(ONE, A, '1', START)).toMatchObject(duplicate);
    expect(await stage.take(ONE, B, '2', START)).toMatchObject(counted);
    await checkpointed(stage.process(), ONE);
    expect(await stage.take(ONE, B, '2', START)).toMatchObject(duplicate);
    const [health] = await readHealth(createReader(stage.process(), { followEvery: 0 }));
    expect(health?.shards).toMatchObject([{ events: 5, duplicates: 3, late: 0, dead: 0 }]);
  });

  it('is one from a checkpoint in which nothing but ids has changed', async () => {
    const stage = new Stage([ALL]);
    const runtime = stage.process();
    // The window of the events is closed, so no view counts them and no pane changes.
    await stage.take(ONE, A, 'first', START + 40_000, runtime);
    for (let i = 0; i < 40; i++) {
      await stage.take(ONE, `key ${i}`, '1', START, runtime);
      await checkpointed(runtime, ONE);
    }
    for (let i = 0; i < 40; i++) expect(await stage.take(ONE, `key ${i}`, '1', START)).toMatchObject(duplicate);
  });

  it('is not what the event source delivers again: such a record is skipped', async () => {
    const stage = new Stage([ALL]);
    await stage.take(ONE, A, '1', START);
    const records = stage.streams.records('events', ONE);
    const again = await processBatch(stage.process(), { stream: 'events', shard: ONE, records, deadline: NEVER });
    expect(again).toMatchObject({ events: 0, duplicates: 0 });
  });

  it('is one in the child of its shard, which inherits the ids of its keys only', async () => {
    const stage = new Stage([ALL]);
    await stage.take(ONE, A, '1', START);
    await stage.take(ONE, B, '1', START);
    stage.reshard([ONE], [LEFT, RIGHT]);
    await tick(stage.process(), { deadline: NEVER });
    expect(await stage.take(TWO, A, '1', START)).toMatchObject(duplicate);
    expect(await stage.take(THREE, B, '1', START)).toMatchObject(duplicate);
    const held = await Promise.all([ONE, TWO, THREE].map((shard) => checkpointed(stage.process(), shard)));
    expect(held.map(({ state }) => state.ids.size)).toEqual([2, 1, 1]);
  });

  it('is one in the grandchild of its shard, whose parent had no record', async () => {
    const stage = new Stage([ALL]);
    await stage.take(ONE, A, '1', START);
    stage.reshard([ONE], [LEFT, RIGHT]);
    stage.reshard([TWO, THREE], [ALL]);
    await tick(stage.process(), { deadline: NEVER });
    await tick(stage.process(), { deadline: NEVER });
    expect(await stage.take('shardId-000000000003', A, '1', START)).toMatchObject(duplicate);
  });

  it('is waited for: a child does not begin before its parent has ended', async () => {
    const stage = new Stage([ALL]);
    await stage.take(ONE, A, '1', START);
    stage.streams.put('events', { shard: ONE, arrival: START, partitionKey: A, parts: [{ value: { k: A, n: '2', at: START, id: 9 } }] });
    stage.reshard([ONE], [LEFT, RIGHT]);
    await expect(stage.take(TWO, A, '2', START)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is one in a shard made of two; what the faster of them has forgotten is late', async () => {
    const stage = new Stage([LEFT, RIGHT]);
    await stage.take(ONE, A, '1', START);
    await stage.take(TWO, B, '1', START);
    await stage.take(TWO, B, '2', START + 50_000);
    await stage.take(TWO, B, '3', START + 62_000);
    stage.reshard([ONE, TWO], [ALL]);
    await tick(stage.process(), { deadline: NEVER });
    expect(await stage.take(THREE, A, '1', START)).toMatchObject({ events: 1, duplicates: 0, late: 1, dead: 0 });
    expect(await stage.take(THREE, B, '1', START)).toMatchObject({ events: 1, duplicates: 0, late: 1, dead: 0 });
    expect(await stage.take(THREE, B, '2', START + 50_000)).toMatchObject(duplicate);
    expect(await stage.take(THREE, A, '2', START + 62_000)).toMatchObject(counted);
  });
});

describe('an event in the wrong shard', () => {
  it('is dead with that reason, and takes nothing from the views', async () => {
    const stage = new Stage([LEFT, RIGHT]);
    expect(await stage.take(TWO, A, '1', START)).toMatchObject({ events: 1, dead: 1, duplicates: 0 });
    expect(await stage.take(ONE, A, '1', START)).toMatchObject(counted);
  });

  it('is told by the MD5 of its partition key, bounds included', () => {
    // RFC 1321: MD5 ("a") = 0cc175b9c0f1b6a831c399e269772661
    const hash = 0x0cc175b9c0f1b6a831c399e269772661n;
    expect(hashesInto({ start: hash, end: hash })('a')).toBe(true);
    expect(hashesInto({ start: 0n, end: hash - 1n })('a')).toBe(false);
    expect(hashesInto({ start: hash + 1n, end: ALL.end })('a')).toBe(false);
    expect(hashesInto(ALL)('')).toBe(true);
  });

  it('waits where the hash keys of the shard cannot be read', async () => {
    const stage = new Stage([ALL]);
    const runtime = stage.process();
    const unavailable = { ...runtime, shards: { ...runtime.shards, hashRange: () => Promise.reject(new Error('no answer')) } };
    await expect(stage.take(ONE, A, '1', START, unavailable)).rejects.toThrow('no answer');
  });
});
