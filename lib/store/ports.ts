/**
 * The port of the runtime to a store. It has two implementations, in memory and on DynamoDB, which pass the same conformance suite.
 * A store does not interpret the bytes it keeps.
 */
export interface Store {
  /** The same store, which also counts its requests in `meter`. */
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
  /** identifies the writer: unique to one attempt to write */
  readonly nonce: string;
  readonly body: Uint8Array;
  /** when it was committed */
  readonly committedAt: number;
  /** when it can be deleted; it can be read until then or longer */
  readonly expiresAt: number;
  /** how many late events and dead letters the body holds, so that they can be found without reading every entry */
  readonly late: number;
  readonly dead: number;
}

export interface LogStore {
  /** All entries with index ≥ `from`, in order, strongly consistent. */
  read(task: TaskId, from: number): Promise<StoredEntry[]>;
  /**
   * Puts an entry if none has its index. An entry that is too large for one item is first written as immutable chunks, keyed by index and nonce.
   *
   * @param beforeEntry called after the chunks are written, before each attempt to send the entry; if it throws, the entry is not sent and the error is rethrown
   * @returns false if the index is taken (possibly by this same entry, written by a call whose response was lost)
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
  /** pass it as `before` to read entries older than this one */
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
  /** Reads buckets by id, in the order of the ids; `undefined` for one that is gone. */
  buckets(task: TaskId, ids: readonly string[]): Promise<(Uint8Array | undefined)[]>;
  /** Writes an immutable bucket under a unique id. */
  putBucket(task: TaskId, id: string, body: Uint8Array): Promise<void>;
  /**
   * Puts the manifest if the existing one is exactly `previous` (by index and nonce; `undefined`: none) and the index increases.
   * @returns false when it is not
   */
  putManifest(task: TaskId, manifest: Manifest, previous: Manifest | undefined): Promise<boolean>;
  /** Sets the expiry of superseded buckets to `expiresAt`. */
  expireBuckets(task: TaskId, ids: readonly string[], expiresAt: number): Promise<void>;
}

/** How far a stream's views have been merged, and whether every root shard of one complete listing was registered. */
export interface StreamProgress {
  /** the identity of the stream of its tasks; absent: not recorded yet */
  readonly identity?: string;
  readonly listed: boolean;
  /** watermark by view name up to which windows (+ lateness) are final; absent: none yet */
  readonly mergedThrough: ReadonlyMap<string, number>;
}

/** The notes of the last merge of a stream. They only save work: correctness does not depend on them. */
export interface MergeNotes {
  /** the shard of the task that holds results back: until it advances, there is nothing to merge. Empty: any task may ask for a merge */
  readonly heldBackBy: string;
  /** watermark up to which nothing was left to merge */
  readonly through: number;
  /** a digest of the tasks and views that the notes are valid for; empty: for none */
  readonly scope: string;
}

/** A lease of merges. */
export interface TakenLease {
  /** one more than the lease before */
  readonly number: number;
  /** the notes of the last completed merge */
  readonly notes: MergeNotes;
  /** whether the previous merge was interrupted: it may have written results without moving the boundary past them */
  readonly cutOff: boolean;
}

/** A task in a stream's list, with a mark of its stage. Marks only save work: the log is authoritative. */
export interface RegisteredTask {
  readonly shard: string;
  /** `begun`: its genesis is written; `ended`: its last entry is written; `done`: nothing of it is left to merge */
  readonly stage: TaskStage;
  /** of a task that is done: where it ended */
  readonly watermark: number;
  /** of a task that is done: a digest of the views for which it is done */
  readonly views: string;
}

export type TaskStage = 'registered' | 'begun' | 'ended' | 'done';

/** That the circuit breaker refused a batch of a task. It is outdated once the task has taken records behind `after`. */
export interface Refusal {
  /** sequence number up to which the task had taken its shard's records; empty: none yet */
  readonly after: string;
  /** when the batch was refused */
  readonly at: number;
  /** the deployed version that refused it */
  readonly version: string;
  /** why the newest of its dead records is dead */
  readonly reason: string;
}

/** The last refusal that was noted of a task, and when the first one at the same place was. */
export interface NotedRefusal extends Refusal {
  readonly since: number;
}

export interface TaskStore {
  /** Adds a task to its stream's list; idempotent. */
  register(task: TaskId): Promise<void>;
  /** The shards registered for a stream, strongly consistent, sorted. */
  list(stream: Omit<TaskId, 'shard'>): Promise<string[]>;
  /** The same list with marks. */
  registered(stream: Omit<TaskId, 'shard'>): Promise<RegisteredTask[]>;
  /** Marks a registered task. */
  mark(stream: Omit<TaskId, 'shard'>, task: RegisteredTask): Promise<void>;
  /** Claims a sweep over all of a stream's tasks; true for one caller, if no sweep was claimed in the given number of milliseconds. */
  claimSweep(stream: Omit<TaskId, 'shard'>, now: number, every: number): Promise<boolean>;
  progress(stream: Omit<TaskId, 'shard'>, options?: { consistent?: boolean }): Promise<StreamProgress>;
  setListed(stream: Omit<TaskId, 'shard'>): Promise<void>;
  /** Records the identity of the tasks' stream. */
  setIdentity(stream: Omit<TaskId, 'shard'>, identity: string): Promise<void>;
  /** Moves a view's boundary if that raises it; returns false when it would not. */
  raiseMergedThrough(stream: Omit<TaskId, 'shard'>, view: string, watermark: number): Promise<boolean>;
  /** The notes of the last merge, strongly consistent. */
  mergeNotes(stream: Omit<TaskId, 'shard'>): Promise<MergeNotes>;
  /**
   * Takes the lease that lets one merge of a stream run at a time, if it is free or has expired. It only saves work:
   * a previous holder can continue without harm.
   *
   * @param now instant by which an older lease has expired
   * @param until instant at which this lease expires
   * @returns `undefined` if another merge has the lease
   */
  takeMergeLease(stream: Omit<TaskId, 'shard'>, now: number, until: number): Promise<TakenLease | undefined>;
  /** Renews a lease; returns false if another merge has taken it. */
  keepMergeLease(stream: Omit<TaskId, 'shard'>, number: number, until: number): Promise<boolean>;
  /**
   * Releases a lease.
   *
   * @param notes what the merge found; `undefined`: it was interrupted
   * @returns false if another merge has taken it, whose notes then apply
   */
  endMergeLease(stream: Omit<TaskId, 'shard'>, number: number, notes: MergeNotes | undefined): Promise<boolean>;
  /** Counts a delivery of a single record; returns the number of earlier ones. Kept for a day. */
  countAttempt(task: TaskId, sequence: string, expiresAt: number): Promise<number>;
  /** Notes a refusal over the one before, of a task that is registered. Readers are told of it, and nothing that is decided rests on it. */
  noteRefusal(task: TaskId, refusal: Refusal): Promise<void>;
  /** The last refusals noted of a stream's tasks, by shard, outdated ones too; eventually consistent. */
  refusals(stream: Omit<TaskId, 'shard'>): Promise<ReadonlyMap<string, NotedRefusal>>;
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
  /** there are 2^bits pages; the number of a key's page is the lowest `bits` bits of its hash */
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
 * How long a window stays listed after its expiry, in milliseconds. Results over several windows, of up to a month, must distinguish an expired first
 * window from one that never existed.
 */
export const WINDOWS_OUTLIVE = 35 * 86_400_000;

export interface ResultStore {
  /** Writes pages that do not exist yet. All pages of a window are written before its {@link putWindow}. */
  putPages(view: ViewId, pages: readonly Page[]): Promise<void>;
  putWindow(view: ViewId, window: FinalWindow): Promise<void>;
  putRows(view: ViewId, rows: readonly ReadableRow[]): Promise<void>;
  /**
   * Final windows whose start is in `[from, to)`, by start and then end, after `after` if it is given. Strongly consistent.
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
