import { type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import type { Random } from '../lib/dsl/generator.ts';

/** An event of the soak test, with a unique id that shows whether and how often it is in the stream. */
export interface SoakEvent {
  readonly id: number;
  readonly key: string;
  readonly value: number;
  /** ISO 8601 */
  readonly at: string;
}

/** What a producer did so far, in records. */
export interface Produced {
  readonly acknowledged: number;
  /** sent, but the response was lost: only the stream shows whether they are in it */
  readonly unknown: number;
  /** waited too long while nothing could be put, and never sent */
  readonly givenUp: number;
  /** wait to be sent */
  readonly queued: number;
}

const TURN = 20;
/** PutRecords takes no more. */
const MOST_RECORDS = 500;
/** Milliseconds a record waits for a stream that takes none. */
const LONGEST_WAIT = 12_000;
/** The longest that an event is on its way before it is sent, in milliseconds. */
const LONGEST_WAY = 3_000;
const KEYS = 200;
/** One in this many records is not a valid event. */
const JUNK_EVERY = 1000;

/** Puts events of a Poisson process into a stream, each once: events that were sent but not acknowledged are not sent again. */
export class Producer {
  readonly #random: Random;
  readonly #queue: { readonly id: number; readonly arrived: number; readonly data: Buffer; readonly partitionKey: string }[] = [];
  readonly #stopping = new AbortController();
  readonly #done: Promise<void>;
  /** ids from 0, a byte each: 1 once acknowledged */
  #known = new Uint8Array(1 << 16);
  #client: KinesisClient | undefined;
  #rate = 0;
  #next = Number.POSITIVE_INFINITY;
  #ids = 0;
  #acknowledged = 0;
  #unknown = 0;
  #givenUp = 0;

  constructor(random: Random) {
    this.#random = random;
    this.#done = this.#run();
  }

  get produced(): Produced {
    return { acknowledged: this.#acknowledged, unknown: this.#unknown, givenUp: this.#givenUp, queued: this.#queue.length };
  }

  /** The ids that were acknowledged. */
  *acknowledged(): Iterable<number> {
    for (let id = 0; id < this.#ids; id++) if (this.#known[id] === 1) yield id;
  }

  /** The stream to put into from now on; `undefined`: none, so that events wait. */
  connect(client: KinesisClient | undefined): void {
    this.#client = client;
  }

  /** Events a second from now on. */
  setRate(eventsPerSecond: number): void {
    this.#rate = eventsPerSecond;
    this.#next = Date.now() + this.#gap();
  }

  /** Stops generating events, and ends after the generated ones were sent or abandoned. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#done;
  }

  #gap(): number {
    return this.#rate === 0 ? Number.POSITIVE_INFINITY : this.#random.exponential(1000 / this.#rate);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted || this.#queue.length > 0) {
      const now = Date.now();
      if (!signal.aborted) for (; this.#next <= now; this.#next += this.#gap()) this.#make(Math.floor(this.#next));
      let waited = 0;
      while (waited < this.#queue.length && now - (this.#queue[waited]?.arrived ?? now) > LONGEST_WAIT) waited++;
      this.#givenUp += this.#queue.splice(0, waited).length;
      if (this.#client && this.#queue.length > 0) await this.#put(this.#client);
      else await new Promise((resolve) => setTimeout(resolve, TURN));
    }
  }

  #make(now: number): void {
    const id = this.#ids++;
    const random = this.#random;
    const event: SoakEvent = {
      id,
      // A few keys have most of the events.
      key: `key-${Math.floor(KEYS * random.uniform() ** 2)}`,
      value: random.integer(1000),
      at: new Date(now - Math.floor(Math.min(LONGEST_WAY, random.exponential(400)))).toISOString(),
    };
    const data = id % JUNK_EVERY === JUNK_EVERY - 1 ? junk(id) : JSON.stringify(event);
    this.#queue.push({ id, arrived: now, data: Buffer.from(data), partitionKey: event.key });
  }

  async #put(client: KinesisClient): Promise<void> {
    const batch = this.#queue.splice(0, MOST_RECORDS);
    const Records = batch.map(({ data, partitionKey }) => ({ Data: data, PartitionKey: partitionKey }));
    try {
      const answer = await client.send(new PutRecordsCommand({ StreamName: 'events', Records }));
      batch.forEach(({ id }, i) => {
        if (answer.Records?.[i]?.SequenceNumber === undefined) this.#unknown++;
        else this.#acknowledge(id);
      });
    } catch {
      // The stack is being killed: the caller sets the stream again after the restart.
      this.#unknown += batch.length;
      if (this.#client === client) this.#client = undefined;
    }
  }

  #acknowledge(id: number): void {
    if (id >= this.#known.length) {
      const larger = new Uint8Array(Math.max(2 * this.#known.length, id + 1));
      larger.set(this.#known);
      this.#known = larger;
    }
    this.#known[id] = 1;
    this.#acknowledged++;
  }
}

/** A record that is no event: cut off in the middle, its id still readable. */
function junk(id: number): string {
  return `{"id":${id},"key":`;
}

/** The id of a record that is no event; `undefined` for one that is. */
export function junkId(data: string): number | undefined {
  const found = /^\{"id":(\d+),"key":$/.exec(data);
  return found ? Number(found[1]) : undefined;
}
