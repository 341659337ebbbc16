/** What the runtime asks of a stream's shards. */
export interface ShardSource {
  /** Every shard of the stream that can still be read: one complete listing. */
  list(stream: string): Promise<readonly ShardInfo[]>;
  /**
   * Which stream it is: another text for any other stream, also for one that was made anew under its name. A source without it has but one
   * stream of a name for ever.
   *
   * @throws MillraceError `unavailable` when that cannot be told at the moment
   */
  identity?(stream: string): Promise<string>;
  /**
   * Looks for a record after a sequence number.
   *
   * @param after the last sequence number taken; '' for none, then from where the application starts reading
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

/** What one GetRecords after a sequence number showed. */
export interface Probe {
  readonly empty: boolean;
  readonly millisBehindLatest: number;
  /** a null iterator: the shard is closed and everything in it was read */
  readonly drained: boolean;
}
