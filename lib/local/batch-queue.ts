/** The part of a record that batching needs. */
export interface Queued {
  readonly sequence: string;
  /** its size in the invocation's payload */
  readonly bytes: number;
}

/** The limits of a batch. */
export interface BatchLimits {
  /** records */
  readonly batchSize: number;
  /** the batch window: milliseconds from the first record */
  readonly batchWindow: number;
  /** bytes of an invocation's payload */
  readonly payload: number;
}

/** The queue of one shard. */
export interface BatchQueue<R extends Queued> {
  /** failed batches, split for their retries, in order; they are retried before anything else */
  readonly retries: readonly (readonly R[])[];
  /** failures in a row */
  readonly failures: number;
  /** when the next retry is due */
  readonly retryAt: number;
  /** records that were not delivered yet, in order */
  readonly waiting: readonly R[];
  /** when the first of `waiting` was read */
  readonly since: number;
  /** whether the shard is closed and was read to its end */
  readonly ended: boolean;
}

/** The next step for a shard: invoke with a batch, or wait until an instant (Infinity: until more records are read). */
export type Decision<R extends Queued> = { readonly batch: readonly R[] } | { readonly waitUntil: number };

/** The result of an invocation: success, failure from a sequence number on, or failure of the whole batch. */
export type Outcome = 'succeeded' | 'failed' | { readonly failedFrom: string };

const FIRST_BACKOFF = 200;
const LONGEST_BACKOFF = 10_000;

/** An empty queue. */
export function emptyQueue<R extends Queued>(): BatchQueue<R> {
  return { retries: [], failures: 0, retryAt: 0, waiting: [], since: 0, ended: false };
}

/** Adds records that were read; `ended`: the shard has no more. */
export function enqueue<R extends Queued>(queue: BatchQueue<R>, records: readonly R[], now: number, ended = false): BatchQueue<R> {
  const since = queue.waiting.length === 0 ? now : queue.since;
  return { ...queue, waiting: records.length === 0 ? queue.waiting : [...queue.waiting, ...records], since, ended: queue.ended || ended };
}

/**
 * Decides the next invocation by Lambda's rules for Kinesis: first failed batches; then a batch that is full by
 * number or payload, or whose batch window has passed. A record larger than the payload limit is delivered alone.
 */
export function nextBatch<R extends Queued>(queue: BatchQueue<R>, limits: BatchLimits, now: number): Decision<R> {
  const [retry] = queue.retries;
  if (retry) return now < queue.retryAt ? { waitUntil: queue.retryAt } : { batch: retry };
  const { waiting } = queue;
  if (waiting.length === 0) return { waitUntil: Number.POSITIVE_INFINITY };
  const most = Math.min(limits.batchSize, waiting.length);
  let count = 0;
  for (let bytes = 0; count < most; count++) {
    bytes += (waiting[count] as R).bytes;
    if (bytes > limits.payload && count > 0) break;
  }
  const full = count === limits.batchSize || count < waiting.length;
  const due = queue.since + limits.batchWindow;
  return full || queue.ended || now >= due ? { batch: waiting.slice(0, count) } : { waitUntil: due };
}

/**
 * Records the result of an invocation with {@link nextBatch}'s batch. A batch that failed as a whole is halved. After a partial
 * failure, the records from the lowest failed one on are delivered again. Records are retried without limit.
 */
export function settle<R extends Queued>(queue: BatchQueue<R>, batch: readonly R[], outcome: Outcome, now: number): BatchQueue<R> {
  const [retry, ...laterRetries] = queue.retries;
  const rest = retry ? queue : { ...queue, waiting: queue.waiting.slice(batch.length), since: now };
  const again = pieces(batch, outcome);
  // Progress resets the count of failures, even if a part of the batch is delivered again.
  const failures = again.length === 0 || again[0]?.[0] !== batch[0] ? 0 : queue.failures + 1;
  const backoff = failures === 0 ? 0 : Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** (failures - 1));
  return { ...rest, retries: [...again, ...laterRetries], failures, retryAt: now + backoff };
}

function pieces<R extends Queued>(batch: readonly R[], outcome: Outcome): (readonly R[])[] {
  if (outcome === 'succeeded') return [];
  if (outcome !== 'failed') {
    const from = batch.findIndex(({ sequence }) => sequence === outcome.failedFrom);
    if (from >= 0) return [batch.slice(from)];
  }
  if (batch.length === 1) return [batch];
  const half = Math.ceil(batch.length / 2);
  return [batch.slice(0, half), batch.slice(half)];
}
