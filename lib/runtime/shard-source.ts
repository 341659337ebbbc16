/** The port through which the runtime reads a stream's shards. */
export interface ShardSource {
  /** Lists every shard of the stream that can still be read. */
  list(stream: string): Promise<readonly ShardInfo[]>;
  /**
   * The identity of the stream: it differs for every stream, also for one that was deleted and created again under the same name. A source without
   * this method never recreates a stream under the same name.
   *
   * @throws MillraceError `unavailable` if the identity cannot be read at the moment
   */
  identity?(stream: string): Promise<string>;
  /**
   * The hash keys of a shard. A source without this method has no partition keys.
   *
   * @throws MillraceError `unavailable` if they cannot be read at the moment
   */
  hashRange?(stream: string, shard: string): Promise<HashRange>;
  /**
   * Looks for a record after a sequence number.
   *
   * @param after the last processed sequence number; '' for none: then from the application's starting position
   * @param since when `after` is '': the instant the task was registered
   */
  probe(stream: string, shard: string, after: string, since: number): Promise<Probe>;
}

/** A shard and where it came from. */
export interface ShardInfo {
  readonly shard: string;
  /** none for a root, two for a shard made by a merge */
  readonly parents: readonly string[];
  readonly open: boolean;
}

/** The result of one GetRecords after a sequence number. */
export interface Probe {
  readonly empty: boolean;
  readonly millisBehindLatest: number;
  /** a null iterator: the shard is closed and everything in it was read */
  readonly drained: boolean;
}

/** The hash keys that a shard is responsible for: from `start` to `end`, both included. They never change. */
export interface HashRange {
  readonly start: bigint;
  readonly end: bigint;
}
