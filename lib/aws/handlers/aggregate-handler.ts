import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Context, KinesisStreamBatchResponse, KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import { MillraceError } from '../../core/errors.ts';
import type { Application } from '../../dsl/application.ts';
import type { StreamPlan } from '../../plan/plan.ts';
import type { DecodedRecord } from '../../runtime/decoded-record.ts';
import { type BatchReport, processBatch } from '../../runtime/process-batch.ts';
import type { HashRange } from '../../runtime/shard-source.ts';
import type { Environment } from '../environment.ts';
import { decodeRecords } from '../kinesis/decode-records.ts';
import { kinesisShards } from './kinesis-shards.ts';
import { type HandlerOverrides, type Prepared, prepare } from './prepare.ts';

/** Replacements for external services, and how to merge the windows that a batch closed. */
export interface AggregateOverrides extends HandlerOverrides {
  /** by default, invokes the environment's merge function and does not wait for it to finish */
  readonly invokeMerge: (stream: string) => Promise<void>;
}

/** Processes a Kinesis event; the response names the first record that must be delivered again. */
export type AggregateHandler = (
  event: KinesisStreamEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<KinesisStreamBatchResponse>;

/** How long before the invocation ends the last write may be sent, in milliseconds. */
const DEADLINE_MARGIN = 1000;
/** How long the request to merge may take, in milliseconds. The tick merges as well, so it may be lost. */
const MERGE_TIMEOUT = 3000;
const ALL_TAKEN: KinesisStreamBatchResponse = { batchItemFailures: [] };

/**
 * Creates the function of the event source mapping. For each batch of a shard, it commits one log entry.
 * A batch that was not committed, because a store did not answer or the circuit breaker refused it, is reported as a batch item
 * failure, so that it is delivered again. Other errors (a log with a gap, corrupt bytes, a bug) are thrown.
 *
 * @param application the user's application
 * @param environment see `readEnvironment`
 * @param overrides for local use, tests and measuring
 *
 * @example
 * ```ts
 * export const handler = createAggregateHandler(application, readEnvironment(process.env));
 * ```
 */
export function createAggregateHandler(
  application: Application,
  environment: Environment,
  overrides: Partial<AggregateOverrides> = {},
): AggregateHandler {
  const { invokeMerge = mergeInvoker(environment), ...rest } = overrides;
  const prepared = prepare(application, environment, rest, kinesisShards);
  return async (event, context) => {
    const [first] = event.Records;
    if (!first) return ALL_TAKEN;
    const begun = performance.now();
    const { runtime, shards, telemetry } = await prepared();
    const stream = streamOf(runtime.plan.streams, environment, first.eventSourceARN);
    const shard = first.eventID.slice(0, first.eventID.lastIndexOf(':'));
    const deadline = runtime.clock.now() + context.getRemainingTimeInMillis() - DEADLINE_MARGIN;
    let report: BatchReport;
    let left: KinesisStreamRecord | undefined;
    let elsewhere = 0;
    try {
      const records = await decode(event.Records, stream, shard, shards);
      // A batch that inflates to more than the memory can hold is processed in parts.
      left = event.Records[records.length];
      report = await processBatch(runtime, { stream: stream.name, shard, records, deadline });
      elsewhere = records.reduce((sum, record) => sum + (record.elsewhere ?? 0), 0);
    } catch (error) {
      if (!comesAgain(error)) throw error;
      const refused = error.code === 'breaker';
      if (refused) telemetry.measure(stream.name, { BreakerOpen: 1 });
      telemetry[refused ? 'error' : 'warn'](`a batch of ${stream.name}/${shard} was not committed`, error);
      return comesAgainFrom(first);
    }
    telemetry.measure(stream.name, {
      Events: report.events,
      LateEvents: report.late,
      DeadLetters: report.dead,
      ...(stream.dedupe && { Duplicates: report.duplicates }),
      ...(elsewhere > 0 && { RetriedElsewhere: elsewhere }),
      ...(report.keysUsed !== undefined && { KeysUsed: report.keysUsed }),
      ...(report.events > 0 && { Freshness: report.freshness }),
      CommitConflicts: report.conflicts,
      ReadUnits: report.units.reads,
      WriteUnits: report.units.writes,
      BatchDuration: performance.now() - begun,
    });
    if (report.mergeDue) await requestMerge(stream.name, invokeMerge, telemetry);
    return left ? comesAgainFrom(left) : ALL_TAKEN;
  };
}

/** The batch comes again from this record on. */
function comesAgainFrom({ kinesis }: KinesisStreamRecord): KinesisStreamBatchResponse {
  return { batchItemFailures: [{ itemIdentifier: kinesis.sequenceNumber }] };
}

/** Whether delivering the batch again can help. */
function comesAgain(error: unknown): error is MillraceError {
  return error instanceof MillraceError && ['unavailable', 'conflict', 'breaker'].includes(error.code);
}

async function decode(
  records: readonly KinesisStreamRecord[],
  { name, aggregation, format }: StreamPlan,
  shard: string,
  shards: Prepared['shards'],
): Promise<readonly DecodedRecord[]> {
  let hashRange: HashRange | undefined;
  if (aggregation === 'kpl') hashRange = await shards.hashRange?.(name, shard);
  const options = { aggregation, hashRange, format };
  return records.length === 1 ? records.map((record) => decodedLater(record, options)) : decodeRecords(records, options);
}

/**
 * A record on its own may be one that ends the process, maybe by decoding it: that has to wait until the runtime has
 * counted its delivery.
 */
function decodedLater(record: KinesisStreamRecord, options: Parameters<typeof decodeRecords>[1]): DecodedRecord {
  const { sequenceNumber, partitionKey, approximateArrivalTimestamp, data } = record.kinesis;
  let decoded: DecodedRecord | undefined;
  const decode = (): DecodedRecord => {
    decoded ??= decodeRecords([record], options)[0] as DecodedRecord;
    return decoded;
  };
  return {
    sequence: sequenceNumber,
    arrival: Math.round(approximateArrivalTimestamp * 1000),
    partitionKey,
    partKey: (part) => decode().partKey?.(part) ?? partitionKey,
    get parts() {
      return decode().parts;
    },
    get elsewhere() {
      return decode().elsewhere ?? 0;
    },
    partBytes: (part) => decode().partBytes(part),
    bytes: () => new Uint8Array(Buffer.from(data, 'base64')),
  };
}

/** The application's stream behind an ARN: by the environment, else the one of that name. */
function streamOf(streams: readonly StreamPlan[], environment: Environment, arn: string): StreamPlan {
  const physical = arn.slice(arn.lastIndexOf('/') + 1);
  const named = Object.entries(environment.streams);
  // By its ARN first: a stream of another account may have the name of one of this account.
  const [known] = named.find(([, stream]) => stream === arn) ?? named.find(([, stream]) => stream === physical) ?? [physical];
  const found = streams.find(({ name }) => name === known);
  if (found) return found;
  throw new MillraceError(
    'argument',
    `records came from ${arn}, which is not a stream of the application (${streams.map(({ name }) => name).join(', ')}): see MILLRACE_STREAMS`,
  );
}

async function requestMerge(stream: string, invokeMerge: AggregateOverrides['invokeMerge'], telemetry: Prepared['telemetry']) {
  try {
    await invokeMerge(stream);
  } catch (error) {
    telemetry.warn(`merge of ${stream} could not be requested; the next maintenance tick merges it`, error);
  }
}

function mergeInvoker({ mergeFunction }: Environment): AggregateOverrides['invokeMerge'] {
  let client: LambdaClient | undefined;
  return async (stream) => {
    if (mergeFunction === undefined) throw new MillraceError('argument', 'the environment variable MILLRACE_MERGE_FUNCTION is missing');
    client ??= new LambdaClient({ maxAttempts: 2 });
    const command = new InvokeCommand({ FunctionName: mergeFunction, InvocationType: 'Event', Payload: JSON.stringify({ stream }) });
    await client.send(command, { abortSignal: AbortSignal.timeout(MERGE_TIMEOUT) });
  };
}
