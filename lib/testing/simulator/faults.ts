import { hashed } from './dice.ts';

/** Everything that can go wrong, and what it is. */
export const FAULTS = {
  killed: 'a container ends while it waits for an answer',
  frozen: 'a container stands still for seconds, or for longer than its timeout',
  'thawed write': 'a request of a frozen container leaves only once it is thawed',
  zombie: 'an invocation that timed out goes on',
  'timed out': 'an invocation ends at its timeout, with its container',
  'cold start': 'an invocation gets a new container',
  'invocation lost': 'an invocation succeeded, but the event source never hears of it',
  'request lost': 'a request never arrives',
  'request delayed': 'a request arrives after its sender has given it up',
  'answer lost': 'a request takes effect, its answer never comes',
  throttled: 'a request is refused: too many',
  'server error': 'a request is refused: internal error',
  'error after effect': 'a request takes effect and is answered by an internal error',
  'items unprocessed': 'a batch request does only a part',
  'stale read': 'a read that did not ask for a consistent one sees what was there a while ago',
  'write conflict': 'a conditional write finds that another was first',
  'item expired': 'an item past its time to live is deleted, in any order',
  'iterator expired': 'a shard iterator is too old',
  'read limit': 'a shard is read more often than it allows',
  'empty answer': 'GetRecords finds nothing although it is behind',
  'record trimmed': 'a record past the retention is gone',
  'shard split': 'a shard becomes two',
  'shards merged': 'two shards become one',
  'shards doubled': 'every shard becomes two at once',
  aggregated: 'a record holds those of several calls of a producer',
  elsewhere: 'a user record of the Kinesis Producer Library is in another shard than that had thought',
  'producer retry': 'a producer puts a record again, whose answer was lost',
  'duplicate invocation': 'a batch is delivered to two containers at once',
  redelivery: 'the event source forgets how far it was',
  bisect: 'a batch that failed is halved',
  'clock skew': 'the clock of a container differs from that of the stream',
  'tick missed': 'the schedule does not fire',
  'tick twice': 'the schedule fires twice',
  'lease taken over': 'a merge begins while one that has not ended had the lease',
  outage: 'a function, a table or a stream is down for a while',
  'poison event': 'an event ends the process that decodes it',
  'bad record': 'a record that is no event',
  'bad deploy': 'a version that fails on every event',
  deploy: 'a new version that does the same',
} as const;

export type FaultKind = keyof typeof FAULTS;

/** Chances per occasion; what is not there never happens. */
export type FaultRates = { readonly [kind in FaultKind]?: number };

/** Decides which faults happen: each is a function of the seed, its kind and how often that kind could have happened. */
export class Faults {
  /** how often each kind happened */
  readonly counts = new Map<FaultKind, number>();
  /** those that happened by chance, as `kind ordinal` */
  readonly fired: string[] = [];
  /** from now on nothing fails */
  calm = false;
  readonly #seed: number;
  readonly #rates: FaultRates;
  readonly #only: ReadonlySet<string> | undefined;
  readonly #occasions = new Map<FaultKind, number>();

  /** @param only of those that would happen, these; default all */
  constructor(seed: number, rates: FaultRates, only?: ReadonlySet<string>) {
    this.#seed = seed;
    this.#rates = rates;
    this.#only = only;
  }

  /** Whether it happens now. */
  fires(kind: FaultKind): boolean {
    const rate = this.#rates[kind] ?? 0;
    if (this.calm || rate === 0) return false;
    const ordinal = this.#occasions.get(kind) ?? 0;
    this.#occasions.set(kind, ordinal + 1);
    if (hashed(this.#seed, kind, ordinal) >= rate) return false;
    const name = `${kind} ${ordinal}`;
    if (this.#only && !this.#only.has(name)) return false;
    this.fired.push(name);
    this.count(kind);
    return true;
  }

  /** Notes something that came about by itself. */
  count(kind: FaultKind): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }
}
