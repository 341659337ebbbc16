import {
  ExpiredIteratorException,
  GetRecordsCommand,
  type GetRecordsOutput,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  InvalidArgumentException,
  type KinesisClient,
  type _Record as KinesisRecord,
} from '@aws-sdk/client-kinesis';
import type { StartingPosition } from '../aws/starting-position.ts';

/** One answer of a shard. */
export interface ReadResult {
  readonly records: readonly KinesisRecord[];
  /** the shard is closed and this was the last of it */
  readonly ended: boolean;
}

/** An iterator is good for five minutes; one that is kept is replaced a little earlier. */
const ITERATOR_LIFE = 240_000;

/** Reads a shard from a position on, record after record. */
export class ShardReader {
  readonly #client: KinesisClient;
  readonly #stream: string;
  readonly #shard: string;
  readonly #start: StartingPosition;
  #last: string | undefined;
  #iterator: string | undefined;
  #since = 0;

  /**
   * @param last the sequence number after which to read; without, from `start`
   * @param start where to begin
   */
  constructor(client: KinesisClient, stream: string, shard: string, last: string | undefined, start: StartingPosition) {
    this.#client = client;
    this.#stream = stream;
    this.#shard = shard;
    this.#last = last;
    this.#start = start;
  }

  /** The next records, `limit` at most. After an error, ask again. */
  async read(limit: number, signal: AbortSignal): Promise<ReadResult> {
    this.#iterator ??= await this.#open(signal);
    let answer: GetRecordsOutput;
    try {
      answer = await this.#client.send(new GetRecordsCommand({ ShardIterator: this.#iterator, Limit: limit }), { abortSignal: signal });
    } catch (error) {
      if (error instanceof ExpiredIteratorException) this.#iterator = undefined;
      throw error;
    }
    const { Records: records = [], NextShardIterator, MillisBehindLatest } = answer;
    const next = NextShardIterator ?? undefined;
    this.#last = records.at(-1)?.SequenceNumber ?? this.#last;
    // Before the first record the same iterator is used again: kinesalite's next one is made of the time, and can skip a
    // record that is being put right now.
    const keeps = this.#last === undefined && MillisBehindLatest === 0 && performance.now() - this.#since < ITERATOR_LIFE;
    if (keeps && next !== undefined) return { records, ended: false };
    this.#iterator = next;
    this.#since = performance.now();
    return { records, ended: next === undefined };
  }

  async #open(signal: AbortSignal): Promise<string> {
    const shard = { StreamName: this.#stream, ShardId: this.#shard };
    const ask = async (position: Omit<GetShardIteratorCommandInput, 'ShardId'>): Promise<string> => {
      const { ShardIterator } = await this.#client.send(new GetShardIteratorCommand({ ...shard, ...position }), { abortSignal: signal });
      return ShardIterator as string;
    };
    this.#since = performance.now();
    if (this.#last !== undefined) {
      try {
        return await ask({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: this.#last });
      } catch (error) {
        // Trimmed, or of a stream that was made anew since.
        if (!(error instanceof InvalidArgumentException)) throw error;
        this.#last = undefined;
        return ask({ ShardIteratorType: 'TRIM_HORIZON' });
      }
    }
    if (typeof this.#start === 'string') return ask({ ShardIteratorType: this.#start });
    return ask({ ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(Math.min(this.#start.timestamp, Date.now())) });
  }
}
