import {
  DescribeStreamSummaryCommand,
  ExpiredIteratorException,
  GetRecordsCommand,
  type GetRecordsOutput,
  GetShardIteratorCommand,
  InvalidArgumentException,
  type KinesisClient,
  ListShardsCommand,
  ResourceNotFoundException,
  type Shard,
} from '@aws-sdk/client-kinesis';
import { MillraceError } from '../../core/errors.ts';
import type { Clock } from '../../runtime/runtime.ts';
import type { HashRange, Probe, ShardInfo, ShardSource } from '../../runtime/shard-source.ts';
import type { StartingPosition } from '../starting-position.ts';

/** Shards of Kinesis streams. */
export interface KinesisShardSource extends ShardSource {
  /**
   * The hash keys a shard is responsible for: they never change.
   * @throws MillraceError `unavailable` when the shard is not among the stream's
   */
  hashRange(stream: string, shard: string): Promise<HashRange>;
}

/** What {@link createKinesisShardSource} needs. */
export interface KinesisShardSourceOptions {
  readonly client: KinesisClient;
  /** names or ARNs of Kinesis streams by the application's stream names */
  readonly streams: Readonly<Record<string, string>>;
  readonly startingPosition: StartingPosition;
  /** default the machine's */
  readonly clock?: Clock;
}

/** How far before its registration a task that starts at LATEST may have begun to read, in milliseconds. */
const LATEST_MARGIN = 15 * 60_000;
/** Maximum GetRecords calls of one probe: an empty response proves nothing if it is behind, or if a closed shard has a next iterator. */
const MOST_READS = 5;
/** Milliseconds Kinesis may take to answer, retries of the SDK included. */
const ANSWER_TIMEOUT = 10_000;

/**
 * Lists and probes the shards of Kinesis streams.
 *
 * @returns a source whose methods throw MillraceError `argument` for an unknown stream, `unavailable` if
 *   Kinesis throttles or does not respond
 *
 * @example
 * ```ts
 * const shards = createKinesisShardSource({ client: new KinesisClient({}), streams: { clicks: 'prod-clicks' }, startingPosition: 'LATEST' });
 * await shards.list('clicks'); // [{ shard: 'shardId-000000000000', parents: [], open: true }]
 * ```
 */
export function createKinesisShardSource(options: KinesisShardSourceOptions): KinesisShardSource {
  return new KinesisShards(options);
}

class KinesisShards implements KinesisShardSource {
  readonly #client: KinesisClient;
  readonly #streams: Readonly<Record<string, string>>;
  readonly #startingPosition: StartingPosition;
  readonly #clock: Clock;
  /** the shards seen by listings, which are enough for what does not change: hash keys, and that a closed one stays closed */
  readonly #seen = new Map<string, Map<string, Shard>>();

  constructor({ client, streams, startingPosition, clock = { now: Date.now } }: KinesisShardSourceOptions) {
    this.#client = client;
    this.#streams = streams;
    this.#startingPosition = startingPosition;
    this.#clock = clock;
  }

  async list(stream: string): Promise<readonly ShardInfo[]> {
    const shards = await this.#ask(stream, 'ListShards', () => this.#listAll(stream));
    const seen = this.#seen.get(stream) ?? new Map<string, Shard>();
    this.#seen.set(stream, seen);
    for (const shard of shards) seen.set(shard.ShardId as string, shard);
    return shards.map((shard) => ({
      shard: shard.ShardId as string,
      parents: [shard.ParentShardId, shard.AdjacentParentShardId].filter((parent) => typeof parent === 'string'),
      open: isOpen(shard),
    }));
  }

  async identity(stream: string): Promise<string> {
    return this.#ask(stream, 'DescribeStreamSummary', async () => {
      const { StreamDescriptionSummary: summary } = await this.#client.send(
        new DescribeStreamSummaryCommand(this.#identify(stream)),
        limited(),
      );
      // To the second: no two streams of a name are closer together, and not every Kinesis keeps more.
      const created = new Date(Math.floor((summary?.StreamCreationTimestamp?.getTime() ?? 0) / 1000) * 1000);
      return `${summary?.StreamARN ?? stream}, created ${created.toISOString()}`;
    });
  }

  async probe(stream: string, shard: string, after: string, since: number): Promise<Probe> {
    return this.#ask(stream, `GetRecords of ${shard}`, async () => {
      try {
        return await this.#read(stream, shard, after, since);
      } catch (error) {
        if (error instanceof ExpiredIteratorException) return this.#read(stream, shard, after, since);
        if (!(error instanceof ResourceNotFoundException)) throw error;
        // The stream is gone, or only the shard: past its retention, with nothing left to read.
        const listed = await this.list(stream);
        if (listed.some((info) => info.shard === shard)) throw error;
        return { empty: true, millisBehindLatest: 0, drained: true };
      }
    });
  }

  async hashRange(stream: string, shard: string): Promise<HashRange> {
    if (!this.#seen.get(stream)?.has(shard)) await this.list(stream);
    const range = this.#seen.get(stream)?.get(shard)?.HashKeyRange;
    if (!range) throw new MillraceError('unavailable', `Kinesis does not list ${stream}/${shard}, so its hash keys are unknown`);
    return { start: BigInt(range.StartingHashKey as string), end: BigInt(range.EndingHashKey as string) };
  }

  async #listAll(stream: string): Promise<Shard[]> {
    const shards: Shard[] = [];
    let token: string | undefined;
    do {
      // A token stands for the stream, which must then not be given as well.
      const page = await this.#client.send(
        new ListShardsCommand(token === undefined ? this.#identify(stream) : { NextToken: token }),
        limited(),
      );
      shards.push(...(page.Shards ?? []));
      token = page.NextToken;
    } while (token !== undefined);
    return shards;
  }

  async #read(stream: string, shard: string, after: string, since: number): Promise<Probe> {
    const closed = !isOpen(this.#seen.get(stream)?.get(shard));
    let iterator = await this.#iterator(stream, shard, after, since);
    let last: GetRecordsOutput | undefined;
    for (let reads = 0; iterator !== undefined && reads < MOST_READS; reads++) {
      last = await this.#client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: 1 }), limited());
      iterator = last.NextShardIterator ?? undefined;
      if ((last.Records?.length ?? 0) > 0) return { empty: false, millisBehindLatest: last.MillisBehindLatest ?? 0, drained: false };
      if (last.MillisBehindLatest === 0 && !closed) break;
    }
    return {
      empty: true,
      // A response without its lag proves nothing.
      millisBehindLatest: last?.MillisBehindLatest ?? Number.POSITIVE_INFINITY,
      drained: iterator === undefined,
    };
  }

  async #iterator(stream: string, shard: string, after: string, since: number): Promise<string | undefined> {
    const where = { ...this.#identify(stream), ShardId: shard };
    if (after === '') {
      const { ShardIterator } = await this.#client.send(new GetShardIteratorCommand({ ...where, ...this.#start(since) }), limited());
      return ShardIterator;
    }
    try {
      const position = { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: after } as const;
      return (await this.#client.send(new GetShardIteratorCommand({ ...where, ...position }), limited())).ShardIterator;
    } catch (error) {
      if (!(error instanceof InvalidArgumentException)) throw error;
      // The sequence number may have been trimmed: then whatever is left came after it.
      return (await this.#client.send(new GetShardIteratorCommand({ ...where, ShardIteratorType: 'TRIM_HORIZON' }), limited()))
        .ShardIterator;
    }
  }

  #start(since: number) {
    if (this.#startingPosition === 'TRIM_HORIZON') return { ShardIteratorType: 'TRIM_HORIZON' } as const;
    const timestamp = this.#startingPosition === 'LATEST' ? since - LATEST_MARGIN : this.#startingPosition.timestamp;
    return { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(Math.min(timestamp, this.#clock.now())) } as const;
  }

  #identify(stream: string): { StreamARN: string } | { StreamName: string } {
    const physical = Object.hasOwn(this.#streams, stream) ? this.#streams[stream] : undefined;
    if (physical === undefined) throw new MillraceError('argument', `no Kinesis stream is known for the application's stream "${stream}"`);
    return physical.startsWith('arn:') ? { StreamARN: physical } : { StreamName: physical };
  }

  async #ask<T>(stream: string, what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof MillraceError) throw error;
      const { name, message } = error as Error;
      throw new MillraceError('unavailable', `Kinesis: ${what} for stream "${stream}" failed: ${name}: ${message}`, { cause: error });
    }
  }
}

function limited() {
  return { abortSignal: AbortSignal.timeout(ANSWER_TIMEOUT) };
}

function isOpen(shard: Shard | undefined): boolean {
  return !shard?.SequenceNumberRange?.EndingSequenceNumber;
}
