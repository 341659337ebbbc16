import { type KinesisClient, ListShardsCommand, type Shard } from '@aws-sdk/client-kinesis';
import type { StartingPosition } from '../aws/starting-position.ts';
import { type BatchLimits, type BatchQueue, emptyQueue, enqueue, nextBatch, settle } from './batch-queue.ts';
import { type Delivered, delivered, type InvokedFunction, invoke, lastTaken } from './invocation.ts';
import { type PollerCheckpoint, SHARD_END } from './poller-checkpoint.ts';
import { ShardReader } from './shard-reader.ts';
import { sleepUntil } from './sleep.ts';

/** An event source mapping: the stream, the function, and the limits of batches. */
export interface EventSourceMapping extends InvokedFunction {
  readonly client: KinesisClient;
  /** the Kinesis stream's name and ARN */
  readonly stream: string;
  readonly arn: string;
  readonly checkpoint: PollerCheckpoint;
  /** maximum records in a batch; default 10,000 */
  readonly batchSize?: number;
  /** the batch window in milliseconds; default 0 */
  readonly batchWindow?: number;
  /** default TRIM_HORIZON */
  readonly startingPosition?: StartingPosition;
  /** milliseconds between reads of a shard without new records; default 1000, like Lambda */
  readonly pollInterval?: number;
  /** milliseconds between listings of shards; default 5000 */
  readonly listInterval?: number;
  /** called when an invocation or a read fails; it is retried */
  readonly onError?: (error: unknown, shard: string) => void;
}

/** A running mapping. */
export interface Poller {
  /** Stops after the invocations in progress have ended and their positions are written. */
  stop(): Promise<void>;
}

/** Maximum bytes of an invocation's payload, less the event's frame. */
const PAYLOAD = 6 * 1024 * 1024 - 64;
/** The maximum of GetRecords. */
const MOST_READ = 10_000;
const LIST_EVERY = 5_000;

/**
 * Invokes a function with a stream's records as Lambda's event source mapping does. Each shard is processed in order, with one invocation at
 * a time. Batches are limited by number, batch window and payload. A batch whose invocation fails is halved. A batch with failed
 * items is delivered again from the lowest of them. Retries have no limit and increasing delays. A shard is read after its parents.
 * Source of the rules: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html and
 * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html
 *
 * There is one difference: a function that times out cannot be stopped here, so it may still run when its batch
 * is delivered again.
 *
 * @example
 * ```ts
 * const poller = startEventSource({ client, stream: 'clicks', arn, functionName: 'shop-aggregate', handler, checkpoint });
 * await poller.stop();
 * ```
 */
export function startEventSource(mapping: EventSourceMapping): Poller {
  const stopping = new AbortController();
  const running = new Map<string, Promise<void>>();
  const done = follow(mapping, running, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await done;
      await Promise.all(running.values());
      await mapping.checkpoint.flush();
    },
  };
}

/** Starts a worker for each shard whose parents are done. */
async function follow(mapping: EventSourceMapping, running: Map<string, Promise<void>>, signal: AbortSignal): Promise<void> {
  const { checkpoint, arn } = mapping;
  let wake = new AbortController();
  signal.addEventListener('abort', () => wake.abort(), { once: true });
  while (!signal.aborted) {
    wake = new AbortController();
    try {
      for (const shard of ready(await listShards(mapping, signal), (id) => checkpoint.get(arn, id) === SHARD_END)) {
        if (running.has(shard)) continue;
        const worker = work(mapping, shard, signal);
        running.set(shard, worker);
        // When a shard ends, its children start at once. Registered once per shard, because callbacks stay with a promise.
        void worker.then(() => wake.abort());
      }
    } catch (error) {
      if (!signal.aborted) mapping.onError?.(error, 'ListShards');
    }
    const unfinished = [...running].filter(([shard]) => checkpoint.get(arn, shard) !== SHARD_END);
    running.clear();
    for (const [shard, worker] of unfinished) running.set(shard, worker);
    await sleepUntil(performance.now() + (mapping.listInterval ?? LIST_EVERY), wake.signal);
  }
}

/** The shards to read: those that are not done and have no listed parent that is not done. */
export function ready(shards: readonly Shard[], isDone: (shard: string) => boolean): string[] {
  const waiting = new Set(shards.map(({ ShardId }) => ShardId as string).filter((id) => !isDone(id)));
  return shards
    .filter(({ ShardId, ParentShardId, AdjacentParentShardId }) => {
      const parents = [ParentShardId, AdjacentParentShardId].filter((id) => id !== undefined && id !== null);
      return waiting.has(ShardId as string) && !parents.some((id) => waiting.has(id));
    })
    .map(({ ShardId }) => ShardId as string);
}

async function listShards({ client, stream }: EventSourceMapping, signal: AbortSignal): Promise<Shard[]> {
  const shards: Shard[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(new ListShardsCommand(token === undefined ? { StreamName: stream } : { NextToken: token }), {
      abortSignal: signal,
    });
    shards.push(...(page.Shards ?? []));
    token = page.NextToken ?? undefined;
  } while (token !== undefined);
  return shards;
}

/** Reads one shard until it ends or the poller is stopped. */
async function work(mapping: EventSourceMapping, shard: string, signal: AbortSignal): Promise<void> {
  const { client, stream, arn, checkpoint, batchSize = MOST_READ, batchWindow = 0, pollInterval = 1000, startingPosition } = mapping;
  const limits: BatchLimits = { batchSize, batchWindow, payload: PAYLOAD };
  const reader = new ShardReader(client, stream, shard, checkpoint.get(arn, shard), startingPosition ?? 'TRIM_HORIZON');
  let queue: BatchQueue<Delivered> = emptyQueue();
  let readAt = 0;
  while (!signal.aborted) {
    const decision = nextBatch(queue, limits, performance.now());
    if ('batch' in decision) {
      const outcome = await invoke(mapping, decision.batch, (error) => mapping.onError?.(error, shard));
      const last = lastTaken(decision.batch, outcome);
      queue = settle(queue, decision.batch, outcome, performance.now());
      if (last !== undefined) checkpoint.set(arn, shard, last);
    } else if (queue.ended && queue.waiting.length === 0 && queue.retries.length === 0) {
      checkpoint.set(arn, shard, SHARD_END);
      return;
    } else if (!queue.ended && queue.retries.length === 0 && performance.now() >= readAt) {
      const room = Math.min(MOST_READ, batchSize - queue.waiting.length);
      let count = 0;
      try {
        const { records, ended } = await reader.read(room, signal);
        count = records.length;
        queue = enqueue(
          queue,
          records.map((record) => delivered(arn, mapping.functionName, shard, record)),
          performance.now(),
          ended,
        );
      } catch (error) {
        if (signal.aborted) return;
        mapping.onError?.(error, shard);
      }
      readAt = count === room ? 0 : performance.now() + pollInterval;
    } else {
      const readNext = queue.ended || queue.retries.length > 0 ? Number.POSITIVE_INFINITY : readAt;
      await sleepUntil(Math.min(decision.waitUntil, readNext), signal);
    }
  }
}
