/** From which sizes and ages on the runtime does things. */
export interface Limits {
  /** how long log entries and superseded checkpoint buckets are kept, in milliseconds */
  readonly logTtl: number;
  /** a checkpoint is not due for its log's size below so many bytes */
  readonly checkpointBytes: number;
  /** entries after which a checkpoint is due */
  readonly checkpointEntries: number;
  /** bytes a bucket of a checkpoint should have */
  readonly bucketBytes: number;
  /** bytes a page of results may have before a window is cut into several */
  readonly pageBytes: number;
}

/** What fits DynamoDB's prices; a simulation takes less, so that a short run meets every one of them. */
export const LIMITS: Limits = {
  logTtl: 30 * 86_400_000,
  checkpointBytes: 128 * 1024,
  checkpointEntries: 500,
  bucketBytes: 64 * 1024,
  // A key's page costs a reader four read units at this size.
  pageBytes: 16 * 1024,
};
