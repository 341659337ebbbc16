import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { type BatchLimits, type BatchQueue, emptyQueue, enqueue, nextBatch, settle } from '../../../local/batch-queue.ts';
import { type Delivered, delivered, outcomeOf } from '../../../local/invocation.ts';
import { toRecord } from '../kinesis/commands.ts';
import type { SimulatedShard, SimulatedStream } from '../kinesis/simulated-stream.ts';
import type { World } from '../world.ts';
import type { SimulatedFunction } from './simulated-function.ts';

/** How far one shard is. */
interface Position {
  queue: BatchQueue<Delivered>;
  /** number of the next record to read */
  next: number;
  busy: boolean;
  planned: boolean;
  done: boolean;
}

export const STREAM_ARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/events';

/**
 * Lambda's event source mapping: it reads each shard in order, one invocation at a time, and a shard after its parents. It bisects failed batches and
 * retries them for ever. The rules are those of the local poller; in addition, it delivers twice and loses its position.
 */
export class EventSource {
  readonly #world: World;
  readonly #stream: SimulatedStream;
  readonly #function: SimulatedFunction<KinesisStreamEvent, KinesisStreamBatchResponse>;
  readonly #limits: BatchLimits;
  readonly #positions = new Map<string, Position>();

  constructor(
    world: World,
    stream: SimulatedStream,
    target: SimulatedFunction<KinesisStreamEvent, KinesisStreamBatchResponse>,
    limits: BatchLimits,
  ) {
    this.#world = world;
    this.#stream = stream;
    this.#function = target;
    this.#limits = limits;
  }

  /** Schedules a poll of a shard. */
  poke(shard: string, within = 1000): void {
    const position = this.#position(shard);
    if (position.planned || position.busy || position.done) return;
    position.planned = true;
    const { scheduler } = this.#world;
    scheduler.after(scheduler.between(20, within), () => {
      position.planned = false;
      this.#turn(shard, position);
    });
  }

  #turn(id: string, position: Position): void {
    const { scheduler } = this.#world;
    const shard = this.#stream.shards.get(id) as SimulatedShard;
    if (position.busy || position.done) return;
    if (shard.parents.some((parent) => !this.#position(parent).done)) return;
    if (position.queue.retries.length === 0) this.#read(shard, position);
    const decision = nextBatch(position.queue, this.#limits, scheduler.now);
    if ('batch' in decision) this.#deliver(id, position, decision.batch);
    else if (Number.isFinite(decision.waitUntil)) {
      position.planned = true;
      scheduler.at(decision.waitUntil, () => {
        position.planned = false;
        this.#turn(id, position);
      });
    } else if (position.queue.ended) {
      position.done = true;
      for (const child of this.#stream.shards.values()) if (child.parents.includes(id)) this.poke(child.id);
    }
  }

  #read(shard: SimulatedShard, position: Position): void {
    const room = this.#limits.batchSize - position.queue.waiting.length;
    const found = shard.records.slice(position.next, position.next + room);
    position.next += found.length;
    const ended = shard.closedAt !== undefined && position.next === shard.records.length;
    const records = found.map((record) => delivered(STREAM_ARN, 'aggregate', shard.id, toRecord(record)));
    position.queue = enqueue(position.queue, records, this.#world.scheduler.now, ended);
  }

  #deliver(shard: string, position: Position, batch: readonly Delivered[]): void {
    const { faults, say, scheduler, dice } = this.#world;
    position.busy = true;
    const event = { Records: batch.map(({ record }) => record) };
    if (faults.fires('duplicate invocation')) {
      scheduler.after(scheduler.between(0, 30_000), () => this.#function.invoke(event, () => {}));
    }
    this.#function.invoke(event, (answer, error) => {
      position.busy = false;
      const outcome = answer === undefined ? 'failed' : outcomeOf(batch, answer);
      if (outcome === 'failed' && batch.length > 1) faults.count('bisect');
      if (error !== undefined) say(shard, `${batch.length} from ${batch[0]?.sequence} failed: ${String(error)}`);
      position.queue = settle(position.queue, batch, outcome, scheduler.now);
      if (faults.fires('redelivery')) {
        const back = dice.integer(4);
        say(shard, `goes back by ${back}`);
        position.next = Math.max(0, takenBy(position) - back);
        position.queue = emptyQueue();
      }
      this.poke(shard, 100);
    });
  }

  #position(shard: string): Position {
    let position = this.#positions.get(shard);
    if (!position) {
      position = { queue: emptyQueue(), next: 0, busy: false, planned: false, done: false };
      this.#positions.set(shard, position);
    }
    return position;
  }
}

/** The number of records of a shard that are known to be processed. */
function takenBy({ next, queue }: Position): number {
  return next - queue.waiting.length - queue.retries.flat().length;
}
