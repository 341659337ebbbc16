/**
 * What the runtime asks of a store. Two implementations: in memory and on DynamoDB; one conformance suite holds for both.
 * Bytes go in and come out as they are: what they mean is the runtime's business.
 */
export interface Store {
  /** The same store, counting what it is asked for into `meter` as well. */
  metered(meter: Meter): Store;
  readonly log: LogStore;
  readonly checkpoints: CheckpointStore;
  readonly tasks: TaskStore;
  readonly results: ResultStore;
}

/** Counts requests and capacity units by DynamoDB's rules (1 KB a write unit; 4 KB a strong read unit, half that when eventual). */
export interface Meter {
  add(request: { readonly operation: string; readonly reads: number; readonly writes: number }): void;
}

/** A task: one shard of one stream of one application. */
export interface TaskId {
  readonly application: string;
  readonly stream: string;
  readonly shard: string;
}

/** An entry as it is stored. */
export interface StoredEntry {
  /** from 1, without gaps */
  readonly index: number;
  /** who wrote it: unique to one attempt to write */
  readonly nonce: string;
  readonly body: Uint8Array;
  /** when it was committed */
  readonly committedAt: number;
  /** when it may be deleted; it may be read until it is */
  readonly expiresAt: number;
  /** how many late events and dead letters the body holds, so that they can be found without reading every entry */
  readonly late: number;
  readonly dead: number;
}

export interface LogStore {
  /** Every entry with index ≥ `from`, in order, strongly consistent, however many there are. */
  read(task: TaskId, from: number): Promise<StoredEntry[]>;
  /**
   * Puts an entry if none has its index. An entry too large for one item goes into immutable chunks first, keyed by index and nonce.
   *
   * @param beforeEntry called last, once the chunks are there, each time before the entry is sent: what it throws is thrown, and it is not sent
   * @returns false when another is there (possibly this very one, written by a call whose answer was lost)
   */
  append(task: TaskId, entry: StoredEntry, beforeEntry?: () => void): Promise<boolean>;
  /** Entries of a stream that hold late events or dead letters, newest first, from all shards; eventually consistent. */
  find(
    what: 'late' | 'dead',
    stream: Omit<TaskId, 'shard'>,
    page: { limit: number; before?: string },
  ): Promise<{ entries: FoundEntry[]; next?: string }>;
}

export interface FoundEntry extends StoredEntry {
  readonly shard: string;
  /** given as `before`, what is older than this entry follows */
  readonly token: string;
}

/** A task's newest checkpoint: which buckets hold its state. Never expires. */
export interface Manifest {
  readonly index: number;
  readonly nonce: string;
  /** encoded head of the state: sequence number, watermark, … */
  readonly head: Uint8Array;
  /** bucket ids by bucket number; an empty string for an empty bucket */
  readonly buckets: readonly string[];
}

export interface CheckpointStore {
  manifest(task: TaskId): Promise<Manifest | undefined>;
  /** Reads buckets by id, in the order asked; `undefined` for one that is gone. */
  buckets(task: TaskId, ids: readonly string[]): Promise<(Uint8Array | undefined)[]>;
  /** Writes an immutable bucket under an id no one else has. */
  putBucket(task: TaskId, id: string, body: Uint8Array): Promise<void>;
  /**
   * Puts the manifest if the one now there is exactly `previous` (by index and nonce; `undefined`: none) and the index rises.
   * @returns false when it is not
   */
  putManifest(task: TaskId, manifest: Manifest, previous: Manifest | undefined): Promise<boolean>;
  /** Lets buckets that no manifest refers to any more be deleted from `expiresAt` on. */
  expireBuckets(task: TaskId, ids: readonly string[], expiresAt: number): Promise<void>;
}

/** How far a stream's views have been merged, and whether every root shard of one complete listing was registered. */
export interface StreamProgress {
  /** which stream its tasks are of; absent: nobody has said so yet */
  readonly identity?: string;
  readonly listed: boolean;
  /** watermark by view name up to which windows (+ lateness) are final; absent: none yet */
  readonly mergedThrough: ReadonlyMap<string, number>;
}

/** What the last merge of a stream found: it saves others work, and nothing that is decided rests on it. */
export interface MergeNotes {
  /** the shard of the task that holds results back: until it goes on, there is nothing to merge. Empty: any may */
  readonly heldBackBy: string;
  /** watermark up to which nothing was left to merge */
  readonly through: number;
  /** which tasks and views that is said of; empty: of none */
  readonly scope: string;
}

/** A lease of merges. */
export interface TakenLease {
  /** one more than the lease before */
  readonly number: number;
  /** what the last merge found that ended */
  readonly notes: MergeNotes;
  /** whether the merge before was cut off: it may have written results without moving the boundary past them */
  readonly cutOff: boolean;
}

/** A task of a stream's list, and how far it is known to have come: marks save work, the log says what is. */
export interface RegisteredTask {
  readonly shard: string;
  /** `begun`: its genesis is written; `ended`: so is its last entry; `done`: nothing of it is left to be merged */
  readonly stage: TaskStage;
  /** of a task that is done: where it ended */
  readonly watermark: number;
  /** of a task that is done: of which views that is said, digested */
  readonly views: string;
}

export type TaskStage = 'registered' | 'begun' | 'ended' | 'done';

export interface TaskStore {
  /** Adds a task to its stream's list; again is harmless. */
  register(task: TaskId): Promise<void>;
  /** The shards registered for a stream, strongly consistent, sorted. */
  list(stream: Omit<TaskId, 'shard'>): Promise<string[]>;
  /** The same list with marks. */
  registered(stream: Omit<TaskId, 'shard'>): Promise<RegisteredTask[]>;
  /** Marks a registered task. */
  mark(stream: Omit<TaskId, 'shard'>, task: RegisteredTask): Promise<void>;
  /** Whether a sweep over all of a stream's tasks is due, for one caller: none was claimed since so many milliseconds. */
  claimSweep(stream: Omit<TaskId, 'shard'>, now: number, every: number): Promise<boolean>;
  progress(stream: Omit<TaskId, 'shard'>, options?: { consistent?: boolean }): Promise<StreamProgress>;
  setListed(stream: Omit<TaskId, 'shard'>): Promise<void>;
  /** Says which stream the tasks are of. */
  setIdentity(stream: Omit<TaskId, 'shard'>, identity: string): Promise<void>;
  /** Moves a view's boundary if that raises it; returns false when it would not. */
  raiseMergedThrough(stream: Omit<TaskId, 'shard'>, view: string, watermark: number): Promise<boolean>;
  /** What the last merge found, strongly consistent. */
  mergeNotes(stream: Omit<TaskId, 'shard'>): Promise<MergeNotes>;
  /**
   * Takes the lease by which one merge of a stream is at work at a time, if nobody has it or it has expired. It saves work and
   * keeps nobody from anything: who had it may go on.
   *
   * @param now instant by which an older lease has expired
   * @param until instant at which this one does
   * @returns `undefined` when somebody has the lease
   */
  takeMergeLease(stream: Omit<TaskId, 'shard'>, now: number, until: number): Promise<TakenLease | undefined>;
  /** Keeps a lease for longer; returns false when another has it by now. */
  keepMergeLease(stream: Omit<TaskId, 'shard'>, number: number, until: number): Promise<boolean>;
  /**
   * Gives a lease back.
   *
   * @param notes what was found; `undefined`: the merge was cut off
   * @returns false when another has it by now, whose notes then count
   */
  endMergeLease(stream: Omit<TaskId, 'shard'>, number: number, notes: MergeNotes | undefined): Promise<boolean>;
  /** Counts one more delivery of a single record; returns how many there were before. Kept for a day. */
  countAttempt(task: TaskId, sequence: string, expiresAt: number): Promise<number>;
}

/** Where a view's results are. */
export interface ViewId {
  readonly application: string;
  readonly view: string;
}

/** A final window of a view: how its results are packed. */
export interface FinalWindow {
  readonly start: number;
  readonly end: number;
  /** the pages' number is 2^bits; a key's page is the lowest `bits` bits of its hash */
  readonly bits: number;
  readonly keys: number;
  readonly expiresAt: number;
}

export interface Page {
  readonly bits: number;
  readonly bucket: number;
  readonly start: number;
  readonly end: number;
  readonly body: Uint8Array;
  readonly expiresAt: number;
}

/** A final result as one readable item. */
export interface ReadableRow {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly values: Readonly<Record<string, unknown>>;
  readonly expiresAt: number;
}

/**
 * How long a window stays listed past its expiry, in milliseconds: what is made of several windows, of a month at most, must tell that the
 * first of them is gone from that there never was one.
 */
export const WINDOWS_OUTLIVE = 35 * 86_400_000;

export interface ResultStore {
  /** Writes pages that are not there yet. All of a window's pages are written before its {@link putWindow}. */
  putPages(view: ViewId, pages: readonly Page[]): Promise<void>;
  putWindow(view: ViewId, window: FinalWindow): Promise<void>;
  putRows(view: ViewId, rows: readonly ReadableRow[]): Promise<void>;
  /**
   * Final windows whose start is in `[from, to)`, by start and then end, behind `after` if it is given. Strongly consistent.
   * Expired ones are left out (`now`).
   */
  windows(
    view: ViewId,
    range: {
      from: number;
      to: number;
      order: 'asc' | 'desc';
      limit: number;
      now: number;
      after?: { readonly start: number; readonly end: number } | undefined;
    },
  ): Promise<FinalWindow[]>;
  /** Pages of one bucket at one bit count, start in `[from, to]`, strongly consistent. */
  pages(view: ViewId, at: { bits: number; bucket: number; from: number; to: number }): Promise<Page[]>;
}
