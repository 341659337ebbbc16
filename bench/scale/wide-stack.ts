import type { KinesisStreamEvent } from 'aws-lambda';
import { type AggregateHandler, createAggregateHandler } from '../../lib/aws/handlers/aggregate-handler.ts';
import { createMergeHandler, type MergeEvent, type MergeHandler } from '../../lib/aws/handlers/merge-handler.ts';
import type { Telemetry } from '../../lib/aws/telemetry.ts';
import { application, stream, tumbling, view } from '../../lib/index.ts';
import { MemoryStreams } from '../../lib/testing/memory-stream.ts';
import { Counted, CountedDynamo } from './counted-dynamodb.ts';
import { CountedShards } from './counted-shards.ts';
import { VirtualTime } from './virtual-time.ts';

/** Milliseconds that DynamoDB and Kinesis take to answer. */
export const LATENCY = 5;
/** Merge functions that Lambda runs at once; what is asked besides waits. */
export const MERGES_AT_ONCE = 8;
const INVOCATION = 300_000;
const START = Date.parse('2026-01-01T00:00:00Z');
const STREAM = 'clicks';

const clicks = stream(STREAM, {
  columns: { page: 'text', ms: 'double precision', at: 'timestamptz' },
  eventTime: 'at',
  maxOutOfOrderness: '5 seconds',
});
const shop = application('shop', {
  views: [
    view(
      'pages',
      clicks
        .keyBy('page')
        .window(tumbling('1 minute'))
        .aggregate((a) => ({ n: a.count(), sum: a.sum('ms') })),
    ),
  ],
});

const QUIET: Telemetry = {
  measure: () => {},
  warn: (message, error) => console.error(message, error),
  error: (message, error) => console.error(message, error),
};
const environment = {
  stateTable: 'state',
  resultsTable: 'results',
  streams: {},
  mergeFunction: undefined,
  version: 'bench',
  startingPosition: 'TRIM_HORIZON' as const,
};

/** What a piece of work came to. */
export interface Work {
  readonly requests: number;
  readonly reads: number;
  readonly writes: number;
  readonly kinesis: number;
  /** of virtual time */
  readonly seconds: number;
  /** of this machine's processor */
  readonly cpu: number;
  /** invocations of the merge function */
  readonly merges: number;
}

/** An application as deployed, on one stream of many shards, in virtual time. */
export class WideStack {
  readonly time = new VirtualTime(START);
  readonly #keys: number;
  readonly #dynamo = new CountedDynamo(this.time, LATENCY);
  readonly #streams = new MemoryStreams(() => this.time.now);
  readonly #aggregated = new Counted();
  readonly #merged = new Counted();
  readonly #shards = new CountedShards(this.#streams, this.time, LATENCY);
  readonly #aggregate: AggregateHandler;
  /** merge containers that have nothing to do */
  readonly #idle: MergeHandler[] = [];
  readonly #asked: MergeEvent[] = [];
  #invocations = 0;
  #atWork = 0;

  /**
   * @param shards open ones
   * @param keys in each batch of each shard
   */
  constructor(shards: number, keys: number) {
    this.#keys = keys;
    this.#streams.addShards(STREAM, shards);
    this.#aggregate = createAggregateHandler(shop, environment, {
      ...this.#overrides(this.#aggregated),
      invokeMerge: async () => {
        await this.time.wait(LATENCY);
        this.#asked.push({ stream: STREAM });
        this.#start();
      },
    });
  }

  /**
   * What the merge function does while something happens and until it has nothing left to do.
   *
   * @param since from when seconds count: from the beginning, or from when that has happened
   */
  async measure(happens: () => Promise<unknown>, since: 'begin' | 'happened' = 'begin'): Promise<Work> {
    const { requests, reads, writes } = this.#merged;
    const [kinesis, merges, cpu] = [this.#shards.requests, this.#invocations, process.cpuUsage()];
    let begun = this.time.now;
    await this.time.run(happens());
    if (since === 'happened') begun = this.time.now;
    while (this.#atWork > 0) await this.time.run(this.time.wait(LATENCY));
    const { user, system } = process.cpuUsage(cpu);
    return {
      requests: this.#merged.requests - requests,
      reads: this.#merged.reads - reads,
      writes: this.#merged.writes - writes,
      kinesis: this.#shards.requests - kinesis,
      seconds: (this.time.now - begun) / 1000,
      cpu: (user + system) / 1_000_000,
      merges: this.#invocations - merges,
    };
  }

  /** A tick of a merge function, in a container that has just started or in one that was there. */
  tick(container: 'cold' | 'warm'): Promise<unknown> {
    if (container === 'cold') this.#idle.length = 0;
    return this.#invoke({ source: 'aws.events' });
  }

  /** A merge that somebody asks for, in a warm container. */
  merge(): Promise<unknown> {
    return this.#invoke({ stream: STREAM });
  }

  /** A batch at every open shard, each at an instant of its own within some time. */
  async batches(within: number): Promise<void> {
    const open = (await this.#streams.list(STREAM)).filter((shard) => shard.open);
    await Promise.all(
      open.map(async ({ shard }, i) => {
        // Spread evenly and in no order of the shards: by the golden ratio.
        await this.time.wait(Math.round(((i * 0.618034) % 1) * within));
        await this.#aggregate(this.#event(shard), { getRemainingTimeInMillis: () => INVOCATION });
      }),
    );
  }

  /** Replaces every open shard by another. */
  async reshard(): Promise<void> {
    const open = (await this.#streams.list(STREAM)).filter((shard) => shard.open);
    for (const { shard } of open) this.#streams.reshard(STREAM, [shard], 1);
  }

  #event(shard: string): KinesisStreamEvent {
    const { now } = this.time;
    const values = Array.from({ length: this.#keys }, (_, i) => ({ page: `/products/${i}`, ms: i / 10, at: new Date(now).toISOString() }));
    const { sequence } = this.#streams.put(STREAM, { shard, arrival: now, parts: values.map((value) => ({ value })) });
    const record = {
      awsRegion: 'eu-west-1',
      eventID: `${shard}:${sequence}`,
      eventName: 'aws:kinesis:record',
      eventSource: 'aws:kinesis',
      eventSourceARN: `arn:aws:kinesis:eu-west-1:123456789012:stream/${STREAM}`,
      eventVersion: '1.0',
      invokeIdentityArn: 'arn:aws:iam::123456789012:role/aggregate',
      kinesis: {
        approximateArrivalTimestamp: now / 1000,
        data: Buffer.from(JSON.stringify(values)).toString('base64'),
        kinesisSchemaVersion: '1.0',
        partitionKey: '1',
        sequenceNumber: sequence,
      },
    };
    return { Records: [record] };
  }

  #start(): void {
    while (this.#asked.length > 0 && this.#atWork < MERGES_AT_ONCE) {
      const event = this.#asked.shift() as MergeEvent;
      this.#invoke(event).then(() => this.#start());
    }
  }

  async #invoke(event: MergeEvent): Promise<void> {
    this.#atWork++;
    this.#invocations++;
    const handler = this.#idle.pop() ?? this.#container();
    const end = this.time.now + INVOCATION;
    await handler(event, { getRemainingTimeInMillis: () => end - this.time.now });
    this.#idle.push(handler);
    this.#atWork--;
  }

  #container(): MergeHandler {
    return createMergeHandler(shop, environment, this.#overrides(this.#merged));
  }

  #overrides(counted: Counted) {
    return {
      store: this.#dynamo.store(counted),
      shards: this.#shards,
      telemetry: QUIET,
      clock: { now: () => this.time.now },
      trial: async () => 'survives' as const,
    };
  }
}
