import type { Probe, ShardInfo, ShardSource } from '../../lib/runtime/shard-source.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Shards in one answer of ListShards. */
const LISTED_AT_ONCE = 1000;
/** GetShardIterator and GetRecords. */
const PROBE_REQUESTS = 2;

/** A stream's shards, each request of Kinesis taking virtual time and counted. */
export class CountedShards implements ShardSource {
  requests = 0;
  readonly #of: ShardSource;
  readonly #time: VirtualTime;
  readonly #latency: number;

  /** @param latency milliseconds from sending a request to its answer */
  constructor(of: ShardSource, time: VirtualTime, latency: number) {
    this.#of = of;
    this.#time = time;
    this.#latency = latency;
  }

  async list(stream: string): Promise<readonly ShardInfo[]> {
    const shards = await this.#of.list(stream);
    await this.#ask(Math.max(1, Math.ceil(shards.length / LISTED_AT_ONCE)));
    return shards;
  }

  async probe(stream: string, shard: string, after: string, since: number): Promise<Probe> {
    await this.#ask(PROBE_REQUESTS);
    return this.#of.probe(stream, shard, after, since);
  }

  async #ask(requests: number): Promise<void> {
    this.requests += requests;
    await this.#time.wait(requests * this.#latency);
  }
}
