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

/** The result of one read. */
export interface ReadResult {
  readonly records: readonly KinesisRecord[];
  /** whether the shard is closed and was read to its end */
  readonly ended: boolean;
}

/** An iterator is valid for five minutes; a stored one is replaced a little earlier. */
const ITERATOR_LIFE = 240_000;

/** Reads a shard from a position on. */
export class ShardReader {
  readonly #client: KinesisClient;
  readonly #stream: string;
  readonly #shard: string;
  readonly #start: StartingPosition;
  #last: string | undefined;
  #iterator: string | undefined;
  #since = 0;

  /**
   * @param last the sequence number after which to start; from `start` if absent
   * @param start the starting position
   */
  constructor(client: KinesisClient, stream: string, shard: string, last: string | undefined, start: StartingPosition) {
    this.#client = client;
    this.#stream = stream;
    this.#shard = shard;
    this.#last = last;
    this.#start = start;
  }

  /** The next records, at most `limit`. After an error, call it again. */
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
    // Before the first record the same iterator is used again. kinesalite's next iterator is based on the time, and could skip a
    // // record that is being put at the moment.
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
        // The record has expired, or belongs to a stream that was created again since.
        if (!(error instanceof InvalidArgumentException)) throw error;
        this.#last = undefined;
        return ask({ ShardIteratorType: 'TRIM_HORIZON' });
      }
    }
    if (typeof this.#start === 'string') return ask({ ShardIteratorType: this.#start });
    return ask({ ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(Math.min(this.#start.timestamp, Date.now())) });
  }
}
