import { hashed } from './dice.ts';

/** Everything that can go wrong, and what it is. */
export const FAULTS = {
  killed: 'a container ends while it waits for an answer',
  frozen: 'a container stands still for seconds, or for longer than its timeout',
  'thawed write': 'a request of a frozen container leaves only once it is thawed',
  zombie: 'an invocation that timed out goes on',
  'timed out': 'an invocation ends at its timeout, with its container',
  'cold start': 'an invocation gets a new container',
  'invocation lost': 'an invocation succeeds, but the event source never receives the response',
  'request lost': 'a request never arrives',
  'request delayed': 'a request arrives after its sender has timed out',
  'answer lost': 'a request takes effect, but its response is lost',
  throttled: 'a request is refused: too many',
  'server error': 'a request is refused: internal error',
  'error after effect': 'a request takes effect, but returns an internal error',
  'items unprocessed': 'a batch request is only partly processed',
  'stale read': 'an eventually consistent read returns an older state',
  'write conflict': 'a conditional write finds that another was first',
  'item expired': 'an item past its time to live is deleted, in any order',
  'iterator expired': 'a shard iterator is too old',
  'read limit': 'the read limit of a shard is exceeded',
  'empty answer': 'GetRecords returns no records although it is behind',
  'record trimmed': 'a record past the retention is gone',
  'shard split': 'a shard becomes two',
  'shards merged': 'two shards become one',
  'shards doubled': 'every shard becomes two at once',
  aggregated: 'a record contains the user records of several calls',
  elsewhere: 'a user record of the Kinesis Producer Library arrives in another shard than expected',
  'producer retry': 'a producer puts a record again after a lost response',
  duplicate: 'an event is left out because its id was counted before',
  'wrong key': 'a record has another partition key than its events say, or an explicit hash key',
  'duplicate invocation': 'a batch is delivered to two containers at once',
  redelivery: 'the event source loses its position',
  bisect: 'a batch that failed is halved',
  'clock skew': 'the clock of a container differs from that of the stream',
  'tick missed': 'the schedule does not fire',
  'tick twice': 'the schedule fires twice',
  'lease taken over': 'a merge takes the lease over from one that has not ended',
  outage: 'a function, a table or a stream is down for a while',
  'poison event': 'an event crashes the process that decodes it',
  'bad record': 'a record is not a valid event',
  'bad deploy': 'a version that fails on every event',
  deploy: 'a new version with the same behaviour',
} as const;

export type FaultKind = keyof typeof FAULTS;

/** Probabilities per occasion; absent faults never happen. */
export type FaultRates = { readonly [kind in FaultKind]?: number };

/** Decides which faults happen. Each decision depends only on the seed, the kind and the number of earlier occasions of that kind. */
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

  /** Counts a fault that happened without being drawn. */
  count(kind: FaultKind): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }
}
