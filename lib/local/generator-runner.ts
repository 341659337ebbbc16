import { type KinesisClient, PutRecordsCommand, type PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import { putRequests } from '../aws/kinesis/put-records.ts';
import { MillraceError } from '../core/errors.ts';
import { formatJson } from '../core/json.ts';
import type { Generator, Random } from '../dsl/generator.ts';
import { createRandom } from './random.ts';
import { sleepUntil } from './sleep.ts';

/** The arguments of {@link startGenerator}. */
export interface GeneratorRunnerOptions {
  readonly client: KinesisClient;
  readonly generator: Generator;
  /** the Kinesis stream to put into; default: the generator's stream */
  readonly stream?: string;
  /** the column with the partition key; without it, records are spread evenly */
  readonly partitionKey?: string | undefined;
  /** events a second; default the generator's */
  readonly rate?: number;
  /** seed of the random values; default random */
  readonly seed?: number;
  /** called when events cannot be put (they are retried), and when the generator itself fails (it then stops) */
  readonly onError?: (error: unknown) => void;
}

/** A running generator. */
export interface RunningGenerator {
  /** events acknowledged so far */
  readonly sent: number;
  /** events a second on average */
  readonly rate: number;
  /** Changes the rate, in events per second; 0 pauses. */
  setRate(eventsPerSecond: number): void;
  /** Stops after all generated events are put. */
  stop(): Promise<void>;
}

/** The interval between puts, in milliseconds. */
const TURN = 50;
/** The longest pause that is caught up; a laptop that slept does not catch up. */
const LONGEST_BACKLOG = 2000;
const RETRY_AFTER = 200;

/**
 * Puts generated events into a stream as a Poisson process, so the gaps between them have an exponential distribution.
 *
 * @throws MillraceError `argument` if the rate is not a number of at least 0
 *
 * @example
 * ```ts
 * const running = startGenerator({ client, generator, partitionKey: 'user_id', seed: 1 });
 * running.setRate(100);
 * await running.stop();
 * ```
 */
export function startGenerator(options: GeneratorRunnerOptions): RunningGenerator {
  return new GeneratorRunner(options);
}

class GeneratorRunner implements RunningGenerator {
  readonly #options: GeneratorRunnerOptions;
  readonly #random: Random;
  readonly #stopping = new AbortController();
  readonly #done: Promise<void>;
  #rate: number;
  /** when the next event arrives, milliseconds since 1970 */
  #next = Number.POSITIVE_INFINITY;
  #sent = 0;

  constructor(options: GeneratorRunnerOptions) {
    this.#options = options;
    this.#random = createRandom(options.seed ?? Date.now());
    this.#rate = 0;
    this.setRate(options.rate ?? options.generator.eventsPerSecond);
    this.#done = this.#run();
  }

  get sent(): number {
    return this.#sent;
  }

  get rate(): number {
    return this.#rate;
  }

  setRate(eventsPerSecond: number): void {
    if (!(eventsPerSecond >= 0 && Number.isFinite(eventsPerSecond))) {
      throw new MillraceError('argument', `the rate must be a number of events per second of at least 0, not ${eventsPerSecond}`);
    }
    this.#rate = eventsPerSecond;
    // The distribution has no memory, so a gap in progress can be drawn again.
    this.#next = Date.now() + this.#gap();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#done;
  }

  #gap(): number {
    return this.#rate === 0 ? Number.POSITIVE_INFINITY : this.#random.exponential(1000 / this.#rate);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    try {
      while (!signal.aborted) {
        for (const request of putRequests(this.#arrived(Date.now()))) await this.#put(request);
        await sleepUntil(performance.now() + TURN, signal);
      }
    } catch (error) {
      this.#options.onError?.(error);
    }
  }

  /** The events that are due. */
  #arrived(now: number): PutRecordsRequestEntry[] {
    const { generator, partitionKey } = this.#options;
    const records: PutRecordsRequestEntry[] = [];
    this.#next = Math.max(this.#next, now - LONGEST_BACKLOG);
    for (; this.#next <= now; this.#next += this.#gap()) {
      const event = this.#make(generator, Math.floor(this.#next));
      const key = partitionKey === undefined ? undefined : (event as Record<string, unknown>)[partitionKey];
      records.push({
        Data: Buffer.from(formatJson(event)),
        // Kinesis accepts 1 to 256 characters.
        PartitionKey: String(key ?? this.#random.integer(2 ** 32)).slice(0, 256) || '-',
      });
    }
    return records;
  }

  #make(generator: Generator, now: number): object {
    let event: unknown;
    try {
      event = generator.event(this.#random, now);
    } catch (cause) {
      throw new MillraceError('definition', `the generator of stream "${generator.stream}" failed: ${(cause as Error)?.message ?? cause}`, {
        cause,
      });
    }
    if (typeof event === 'object' && event !== null) return event;
    throw new MillraceError(
      'definition',
      `the generator of stream "${generator.stream}" returned ${typeof event}: event(…) must return an object`,
    );
  }

  async #put(records: readonly PutRecordsRequestEntry[]): Promise<void> {
    const { client, generator, stream = generator.stream, onError } = this.#options;
    let left = records;
    while (left.length > 0) {
      try {
        const { Records = [] } = await client.send(new PutRecordsCommand({ StreamName: stream, Records: [...left] }));
        left = left.filter((_, i) => Records[i]?.ErrorCode);
      } catch (error) {
        onError?.(error);
      }
      // A put that is in progress at the stop is not retried.
      if (left.length === 0 || this.#stopping.signal.aborted) break;
      await sleepUntil(performance.now() + RETRY_AFTER, this.#stopping.signal);
    }
    this.#sent += records.length - left.length;
  }
}
