import { setTimeout as sleep } from 'node:timers/promises';
import {
  type KinesisClient,
  KinesisServiceException,
  PutRecordsCommand,
  type PutRecordsRequestEntry,
  ResourceNotFoundException,
} from '@aws-sdk/client-kinesis';
import { MillraceError } from '../../core/errors.ts';

/** The outcome of a record: Kinesis has it, does not have it, or did not respond. */
export type PutOutcome =
  | { readonly state: 'put' }
  | { readonly state: 'refused'; readonly reason: string }
  | { readonly state: 'unknown'; readonly reason: string };

/** How often records are put that Kinesis refuses for the moment. */
const MOST_ATTEMPTS = 8;
const FIRST_WAIT = 100;
const LONGEST_WAIT = 3_000;
/** The limit of a PutRecords request: 5 MiB including partition keys, with some space left. */
const MOST_RECORDS = 500;
const MOST_BYTES = 4 * 1024 * 1024;

/** Cuts records into as few requests as PutRecords takes them in. */
export function* putRequests<T extends PutRecordsRequestEntry>(records: readonly T[]): Generator<T[]> {
  let request: T[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = (record.Data?.length ?? 0) + Buffer.byteLength(record.PartitionKey ?? '');
    if (request.length === MOST_RECORDS || (request.length > 0 && bytes + size > MOST_BYTES)) {
      yield request;
      request = [];
      bytes = 0;
    }
    request.push(record);
    bytes += size;
  }
  if (request.length > 0) yield request;
}

/**
 * Puts the records of one request. Throttled records are retried a limited number of times. After a
 * request without a response, nothing is retried, because its records may be in the stream.
 *
 * @param client must not retry (`maxAttempts: 1`)
 * @returns the outcomes, in the order of the records
 * @throws MillraceError `argument` when there is no such stream
 */
export async function putRecords(
  client: KinesisClient,
  stream: string,
  records: readonly PutRecordsRequestEntry[],
  signal?: AbortSignal,
): Promise<PutOutcome[]> {
  const outcomes = records.map((): PutOutcome => ({ state: 'refused', reason: 'it was not tried' }));
  let left = records.map((_, i) => i);
  for (let attempt = 0; left.length > 0 && attempt < MOST_ATTEMPTS; attempt++) {
    if (attempt > 0) await sleep(Math.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt));
    if (signal?.aborted) break;
    const answers = await putOnce(
      client,
      stream,
      left.map((i) => records[i] as PutRecordsRequestEntry),
    );
    left.forEach((i, at) => {
      outcomes[i] = answers[at] as PutOutcome;
    });
    left = left.filter((i) => outcomes[i]?.state === 'refused');
  }
  return outcomes;
}

async function putOnce(client: KinesisClient, stream: string, records: PutRecordsRequestEntry[]): Promise<PutOutcome[]> {
  try {
    const { Records = [] } = await client.send(new PutRecordsCommand({ StreamName: stream, Records: records }));
    return records.map((_, i): PutOutcome => {
      const { ErrorCode, ErrorMessage } = Records[i] ?? {};
      return ErrorCode === undefined || ErrorCode === null ? { state: 'put' } : { state: 'refused', reason: ErrorMessage ?? ErrorCode };
    });
  } catch (error) {
    if (error instanceof ResourceNotFoundException) {
      throw new MillraceError('argument', `Kinesis has no stream "${stream}"`, { cause: error });
    }
    const outcome = failed(error);
    return records.map(() => outcome);
  }
}

/** Whether no record was put: Kinesis responded with an error, or the request was never sent. */
function failed(error: unknown): PutOutcome {
  const { name, message, code } = error as NodeJS.ErrnoException;
  const reason = message || code || name;
  const refused = code === 'ECONNREFUSED' || code === 'ENOTFOUND' || name === 'CredentialsProviderError';
  const answered = error instanceof KinesisServiceException && error.$fault === 'client';
  return refused || answered ? { state: 'refused', reason } : { state: 'unknown', reason };
}
