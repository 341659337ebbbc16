import { formatJson } from '../core/json.ts';
import type { DecodedPart, DecodedRecord } from '../runtime/decoded-record.ts';
import type { Probe, ShardInfo, ShardSource } from '../runtime/shard-source.ts';

/** A record as it is put. */
export interface PutRecord {
  readonly shard: string;
  readonly arrival: number;
  /** default none: then nothing can be wrong with it */
  readonly partitionKey?: string | undefined;
  readonly parts: readonly DecodedPart[];
  /** the record's bytes; default the parts as JSON */
  readonly bytes?: Uint8Array;
}

interface MemoryShard {
  readonly parents: readonly string[];
  open: boolean;
  readonly records: DecodedRecord[];
}

/**
 * A Kinesis stream in memory: ordered shards with sequence numbers that increase across the stream, splitting and merging, and
 * the port that the runtime reads shards through.
 */
export class MemoryStreams implements ShardSource {
  readonly #streams = new Map<string, Map<string, MemoryShard>>();
  readonly #now: () => number;
  #sequence = 0n;

  /** @param now the clock from which the lag of readers is computed */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Adds shards to a stream, named from `shardId-000000000000` on. Returns their names. */
  addShards(stream: string, count: number, parents: readonly string[] = []): string[] {
    const shards = this.#streams.get(stream) ?? new Map<string, MemoryShard>();
    this.#streams.set(stream, shards);
    return Array.from({ length: count }, () => {
      const name = `shardId-${String(shards.size).padStart(12, '0')}`;
      shards.set(name, { parents, open: true, records: [] });
      return name;
    });
  }

  /** Closes shards and opens their children: one child of two shards is a merge, two of one a split. Returns the new names. */
  reshard(stream: string, parents: readonly string[], count: number): string[] {
    for (const parent of parents) this.#shard(stream, parent).open = false;
    return this.addShards(stream, count, parents);
  }

  /** Appends a record to an open shard. */
  put(stream: string, { shard, arrival, partitionKey, parts, bytes }: PutRecord): DecodedRecord {
    const target = this.#shard(stream, shard);
    if (!target.open) throw new Error(`shard ${shard} of ${stream} is closed`);
    this.#sequence += 1n + (this.#sequence % 3n);
    const json = (value: unknown): Uint8Array => new TextEncoder().encode(formatJson(value));
    const record: DecodedRecord = {
      sequence: String(this.#sequence),
      arrival,
      ...(partitionKey !== undefined && { partitionKey }),
      parts,
      bytes: () => bytes ?? json(parts.map((part) => ('value' in part ? part.value : null))),
      partBytes: (number) => {
        const part = parts[number] as DecodedPart;
        return 'value' in part ? json(part.value) : part.bytes;
      },
    };
    target.records.push(record);
    return record;
  }

  /** A shard's records, oldest first. */
  records(stream: string, shard: string): readonly DecodedRecord[] {
    return this.#shard(stream, shard).records;
  }

  list(stream: string): Promise<readonly ShardInfo[]> {
    const shards = this.#streams.get(stream) ?? new Map<string, MemoryShard>();
    return Promise.resolve(Array.from(shards, ([shard, { parents, open }]) => ({ shard, parents, open })));
  }

  probe(stream: string, shard: string, after: string): Promise<Probe> {
    const { records, open } = this.#shard(stream, shard);
    const next = records.find(({ sequence }) => after === '' || BigInt(sequence) > BigInt(after));
    return Promise.resolve({
      empty: next === undefined,
      millisBehindLatest: next ? Math.max(1, this.#now() - next.arrival) : 0,
      drained: next === undefined && !open,
    });
  }

  #shard(stream: string, name: string): MemoryShard {
    const shard = this.#streams.get(stream)?.get(name);
    if (!shard) throw new Error(`stream ${stream} has no shard ${name}`);
    return shard;
  }
}
