import { type KinesisClient, PutRecordsCommand, type PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import { putRequests } from '../aws/kinesis/put-records.ts';
import { MillraceError } from '../core/errors.ts';
import { formatJson } from '../core/json.ts';
import type { Generator, Random } from '../dsl/generator.ts';
import { createRandom } from './random.ts';
import { sleepUntil } from './sleep.ts';

/** What {@link startGenerator} takes. */
export interface GeneratorRunnerOptions {
  readonly client: KinesisClient;
  readonly generator: Generator;
  /** the Kinesis stream to put into; default: of the generator's name */
  readonly stream?: string;
  /** the column whose value is the partition key; without, records are spread evenly */
  readonly partitionKey?: string | undefined;
  /** events a second; default the generator's */
  readonly rate?: number;
  /** of the random values; default another each time */
  readonly seed?: number;
  /** told when events cannot be put (they are tried again), and when the generator itself fails (it then stops) */
  readonly onError?: (error: unknown) => void;
}

/** A generator at work. */
export interface RunningGenerator {
  /** events acknowledged so far */
  readonly sent: number;
  /** events a second on average */
  readonly rate: number;
  /** Changes how many events a second there are from now on; 0 pauses. */
  setRate(eventsPerSecond: number): void;
  /** Ends once what was made is put. */
  stop(): Promise<void>;
}

/** Events are put in turns of so many milliseconds. */
const TURN = 50;
/** Longer pauses (a laptop that slept) are not made up for. */
const LONGEST_BACKLOG = 2000;
const RETRY_AFTER = 200;

/**
 * Puts made-up events into a stream: arrivals of a Poisson process, so that gaps between them are exponential.
 *
 * @throws MillraceError `argument` when the rate is no number from 0 up
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
      throw new MillraceError('argument', `the rate must be a number of events a second from 0 up, not ${eventsPerSecond}`);
    }
    this.#rate = eventsPerSecond;
    // The gaps have no memory: one that has begun may be drawn anew.
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

  /** The events that have arrived by now. */
  #arrived(now: number): PutRecordsRequestEntry[] {
    const { generator, partitionKey } = this.#options;
    const records: PutRecordsRequestEntry[] = [];
    this.#next = Math.max(this.#next, now - LONGEST_BACKLOG);
    for (; this.#next <= now; this.#next += this.#gap()) {
      const event = this.#make(generator, Math.floor(this.#next));
      const key = partitionKey === undefined ? undefined : (event as Record<string, unknown>)[partitionKey];
      records.push({
        Data: Buffer.from(formatJson(event)),
        // Kinesis takes from 1 to 256 characters.
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
      `the generator of stream "${generator.stream}" gave ${typeof event}: let event(…) give an object`,
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
      // What is being put when it is to stop is tried no more.
      if (left.length === 0 || this.#stopping.signal.aborted) break;
      await sleepUntil(performance.now() + RETRY_AFTER, this.#stopping.signal);
    }
    this.#sent += records.length - left.length;
  }
}
