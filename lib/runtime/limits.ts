/** The sizes and ages at which the runtime writes checkpoints and splits items. */
export interface Limits {
  /** how long log entries and superseded checkpoint buckets are kept, in milliseconds */
  readonly logTtl: number;
  /** a log below this size in bytes does not make a checkpoint due by its size */
  readonly checkpointBytes: number;
  /** entries after which a checkpoint is due */
  readonly checkpointEntries: number;
  /** target size of a checkpoint's bucket, in bytes */
  readonly bucketBytes: number;
  /** maximum size of a page of results, in bytes; larger windows have several pages */
  readonly pageBytes: number;
}

/** Limits that suit DynamoDB's prices. A simulation uses smaller ones, so that a short run reaches all of them. */
export const LIMITS: Limits = {
  logTtl: 30 * 86_400_000,
  checkpointBytes: 128 * 1024,
  checkpointEntries: 500,
  bucketBytes: 64 * 1024,
  // A key's page costs a reader four read units at this size.
  pageBytes: 16 * 1024,
};
