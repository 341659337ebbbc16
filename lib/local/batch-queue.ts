/** A record as far as batching is concerned. */
export interface Queued {
  readonly sequence: string;
  /** its size in the invocation's payload */
  readonly bytes: number;
}

/** What a batch is bounded by. */
export interface BatchLimits {
  /** records */
  readonly batchSize: number;
  /** milliseconds from the first record on in which more are waited for */
  readonly batchWindow: number;
  /** bytes of an invocation's payload */
  readonly payload: number;
}

/** What one shard's records wait for. */
export interface BatchQueue<R extends Queued> {
  /** batches that failed, cut as they are to be tried again, in order; before them nothing else is tried */
  readonly retries: readonly (readonly R[])[];
  /** failures in a row */
  readonly failures: number;
  /** when the next retry is due */
  readonly retryAt: number;
  /** records not tried yet, in order */
  readonly waiting: readonly R[];
  /** when the first of `waiting` was read */
  readonly since: number;
  /** the shard is closed and all of it was read */
  readonly ended: boolean;
}

/** What to do next with a shard: invoke with a batch, or nothing before an instant (Infinity: until more is read). */
export type Decision<R extends Queued> = { readonly batch: readonly R[] } | { readonly waitUntil: number };

/** How an invocation went: all taken, all but what begins at a sequence number, or it failed as a whole. */
export type Outcome = 'succeeded' | 'failed' | { readonly failedFrom: string };

const FIRST_BACKOFF = 200;
const LONGEST_BACKOFF = 10_000;

/** A queue without records. */
export function emptyQueue<R extends Queued>(): BatchQueue<R> {
  return { retries: [], failures: 0, retryAt: 0, waiting: [], since: 0, ended: false };
}

/** Adds what was read; `ended`: nothing will follow. */
export function enqueue<R extends Queued>(queue: BatchQueue<R>, records: readonly R[], now: number, ended = false): BatchQueue<R> {
  const since = queue.waiting.length === 0 ? now : queue.since;
  return { ...queue, waiting: records.length === 0 ? queue.waiting : [...queue.waiting, ...records], since, ended: queue.ended || ended };
}

/**
 * Decides what to invoke the function with, by Lambda's rules for Kinesis: first what failed; else a batch when it is full by
 * number or payload, or when its window has passed. A record larger than the payload goes alone.
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
 * Takes note of how an invocation with {@link nextBatch}'s batch went. A batch that failed as a whole is halved; of one that
 * failed in part, the rest from the lowest failed record on comes again. Nothing is ever given up.
 */
export function settle<R extends Queued>(queue: BatchQueue<R>, batch: readonly R[], outcome: Outcome, now: number): BatchQueue<R> {
  const [retry, ...laterRetries] = queue.retries;
  const rest = retry ? queue : { ...queue, waiting: queue.waiting.slice(batch.length), since: now };
  const again = pieces(batch, outcome);
  // Progress ends a row of failures, even when a part of the batch has to come again.
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
