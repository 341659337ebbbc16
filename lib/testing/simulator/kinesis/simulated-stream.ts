import type { World } from '../world.ts';
import { hashKey } from './hash-key.ts';

/** A stored record of a shard. */
export interface StreamRecord {
  readonly sequence: string;
  readonly partitionKey: string;
  readonly data: Uint8Array;
  /** when it reached the stream */
  readonly arrival: number;
  readonly shard: SimulatedShard;
}

/** A shard and all records that were ever in it. */
export interface SimulatedShard {
  readonly id: string;
  readonly parents: readonly string[];
  /** hash keys, both inclusive */
  readonly from: bigint;
  readonly to: bigint;
  closedAt: number | undefined;
  readonly records: StreamRecord[];
  /** how many of them are past the retention */
  trimmed: number;
  /** closed for longer than the retention: not listed any more */
  forgotten: boolean;
}

const HASHES = 2n ** 128n;

/** A stream: shards over ranges of hash keys, which split and merge. */
export class SimulatedStream {
  readonly shards = new Map<string, SimulatedShard>();
  readonly #world: World;
  #sequence: bigint;

  /** @param firstSequence the number from which sequence numbers rise */
  constructor(world: World, shards: number, firstSequence: bigint) {
    this.#world = world;
    this.#sequence = firstSequence;
    const size = HASHES / BigInt(shards);
    for (let i = 0n; i < shards; i++) this.#open([], i * size, i === BigInt(shards) - 1n ? HASHES - 1n : (i + 1n) * size - 1n);
  }

  /** Appends a record to the open shard of its partition key, or of the hash key that is given. */
  put(partitionKey: string, data: Uint8Array, hash = hashKey(partitionKey)): SimulatedShard {
    const shard = this.open().find(({ from, to }) => hash >= from && hash <= to) as SimulatedShard;
    this.#sequence += 1n + BigInt(this.#world.dice.integer(5));
    shard.records.push({ sequence: String(this.#sequence), partitionKey, data, arrival: this.#world.scheduler.now, shard });
    return shard;
  }

  open(): SimulatedShard[] {
    return [...this.shards.values()].filter(({ closedAt }) => closedAt === undefined);
  }

  /** One shard becomes two. */
  split(shard: SimulatedShard): void {
    const middle = (shard.from + shard.to) / 2n;
    this.#close(shard);
    this.#open([shard], shard.from, middle);
    this.#open([shard], middle + 1n, shard.to);
    this.#world.faults.count('shard split');
  }

  /** Two that lie side by side become one. */
  merge(shard: SimulatedShard): void {
    const other = this.open().find(({ from, to }) => from === shard.to + 1n || to === shard.from - 1n);
    if (!other) return;
    const [first, second] = shard.from < other.from ? [shard, other] : [other, shard];
    this.#close(first);
    this.#close(second);
    this.#open([first, second], first.from, second.to);
    this.#world.faults.count('shards merged');
  }

  /** Every shard becomes two at once, as an on-demand stream does. */
  double(): void {
    for (const shard of this.open()) this.split(shard);
    this.#world.faults.count('shards doubled');
  }

  /** Trims a shard's records from before an instant, and removes a shard that was closed by then; `taken`: the number of first records that are no longer needed. */
  trim(shard: SimulatedShard, before: number, taken: number): void {
    while (shard.trimmed < taken && (shard.records[shard.trimmed]?.arrival ?? before) < before) {
      shard.trimmed++;
      this.#world.faults.count('record trimmed');
    }
    if (shard.closedAt !== undefined && shard.closedAt < before && shard.trimmed === shard.records.length) shard.forgotten = true;
  }

  #close(shard: SimulatedShard): void {
    shard.closedAt = this.#world.scheduler.now;
  }

  #open(parents: readonly SimulatedShard[], from: bigint, to: bigint): void {
    const id = `shardId-${String(this.shards.size).padStart(12, '0')}`;
    const ids = parents.map((parent) => parent.id);
    this.shards.set(id, { id, parents: ids, from, to, closedAt: undefined, records: [], trimmed: 0, forgotten: false });
    this.#world.say('kinesis', `${id} opens${ids.length > 0 ? ` after ${ids.join(' and ')}` : ''}`);
  }
}
