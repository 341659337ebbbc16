import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { createApi } from '../api/api.ts';
import { createDynamoStore } from '../aws/dynamodb/dynamo-store.ts';
import type { Environment } from '../aws/environment.ts';
import { createAggregateHandler } from '../aws/handlers/aggregate-handler.ts';
import { createMergeHandler } from '../aws/handlers/merge-handler.ts';
import { createKinesisShardSource } from '../aws/kinesis/kinesis-shard-source.ts';
import type { Telemetry } from '../aws/telemetry.ts';
import { trialOfFile } from '../aws/trial-entry.ts';
import { createTrialWorker } from '../aws/trial-worker.ts';
import { compile } from '../compile/compile.ts';
import { questionBinder } from '../compile/question-binder.ts';
import type { Application } from '../dsl/application.ts';
import type { Generator } from '../dsl/generator.ts';
import type { Plan } from '../plan/plan.ts';
import { createReader } from '../runtime/read/reader.ts';
import { createRuntime } from '../runtime/runtime.ts';
import { Background, repeat } from './background.ts';
import { lockDirectory } from './directory-lock.ts';
import { startDynamoServer } from './dynamodb-server.ts';
import { startEventSource } from './event-source-poller.ts';
import { type RunningGenerator, startGenerator } from './generator-runner.ts';
import { startKinesisServer } from './kinesis-server.ts';
import { lambdaContext } from './lambda-context.ts';
import { listen } from './listen.ts';
import { PollerCheckpoint } from './poller-checkpoint.ts';
import { trimStream } from './trim-stream.ts';

/** The arguments of {@link startLocalStack}. */
export interface LocalStackOptions {
  readonly application: Application;
  /** the data directory; in memory if absent */
  readonly data?: string;
  /** default 127.0.0.1 */
  readonly host?: string;
  /** 0, which is the default: any free one */
  readonly ports?: { readonly api?: number; readonly kinesis?: number; readonly dynamodb?: number };
  /** number of shards of new streams; default 2 */
  readonly shards?: number;
  /** absolute path of the application's file, to process records that crash the process in a worker; without it, there is no worker */
  readonly entry?: string;
  /** the dashboard's HTML */
  readonly page?: string;
  /** a generator of events for one of the application's streams */
  readonly generator?: Generator;
  /** the generator's rate in events per second; default its own */
  readonly rate?: number;
  readonly seed?: number;
  /** maximum records in a batch; default 10,000 */
  readonly batchSize?: number;
  /** the batch window in milliseconds; default 500 */
  readonly batchWindow?: number;
  /** milliseconds between maintenance ticks, which run every minute on AWS; default 1000 */
  readonly tickEvery?: number;
  /** called for every problem, with a one-line message and the error */
  readonly onProblem?: (message: string, error: unknown) => void;
}

/** An application that runs in this process. */
export interface LocalStack {
  readonly plan: Plan;
  readonly urls: { readonly api: string; readonly kinesis: string; readonly dynamodb: string };
  readonly streams: readonly { readonly name: string; readonly arn: string; readonly created: boolean }[];
  readonly tables: { readonly state: string; readonly results: string };
  readonly generator: RunningGenerator | undefined;
  /** Stops everything in order, after work in progress has finished. */
  stop(): Promise<void>;
}

const FUNCTION_TIMEOUT = 60_000;
const TRIM_EVERY = 10 * 60_000;
/** Milliseconds between reads of a shard without new records. */
const POLL_INTERVAL = 200;
/** How long queries may reuse what was read from the logs, in milliseconds. */
const FOLLOW_EVERY = 250;

/**
 * Runs an application as on AWS, in one process: emulated Kinesis and DynamoDB, the same handlers behind an event
 * source, the same schedule (faster), the same REST API.
 *
 * @returns when everything answers
 * @throws MillraceError `argument` if a port or the data directory is in use, `definition` if the application
 *   is invalid; then nothing is left running
 *
 * @example
 * ```ts
 * const stack = await startLocalStack({ application, data: '.millrace', ports: { api: 8080 } });
 * await fetch(`${stack.urls.api}/v1/views`);
 * await stack.stop();
 * ```
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const closers: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (let close = closers.pop(); close; close = closers.pop()) await close().catch((error) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  };
  try {
    return { ...(await start(options, (close) => closers.push(close))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(options: LocalStackOptions, onStop: (close: () => Promise<unknown>) => void): Promise<Omit<LocalStack, 'stop'>> {
  const { application, data, host = '127.0.0.1', ports = {}, onProblem = () => {} } = options;
  const plan = await compile(application);
  if (data !== undefined) onStop(await lockDirectory(data));
  const place = data === undefined ? {} : { directory: data };

  const kinesis = await startKinesisServer({ ...place, host, port: ports.kinesis ?? 0 });
  onStop(() => kinesis.stop());
  const dynamo = await startDynamoServer({ ...place, host, port: ports.dynamodb ?? 0 });
  onStop(() => dynamo.stop());
  const tables = await dynamo.createTables(plan.name);
  const streams: LocalStack['streams'][number][] = [];
  for (const { name } of plan.streams) streams.push({ name, ...(await kinesis.createStream(name, options.shards ?? 2)) });

  const environment: Environment = {
    ...tables,
    streams: Object.fromEntries(streams.map(({ name, arn }) => [name, arn])),
    mergeFunction: undefined,
    // Each start may use another application file.
    version: `local-${Date.now()}`,
    startingPosition: 'TRIM_HORIZON',
  };
  const telemetry: Telemetry = { measure: () => {}, warn: onProblem, error: onProblem };
  const outside = {
    store: createDynamoStore({ client: dynamo.client, ...tables }),
    shards: createKinesisShardSource({
      client: kinesis.client,
      streams: Object.fromEntries(streams.map(({ name }) => [name, name])),
      startingPosition: environment.startingPosition,
    }),
    telemetry,
    ...(options.entry !== undefined && { trial: createTrialWorker({ ...trialOfFile(options.entry), warn: onProblem }) }),
  };
  const merge = createMergeHandler(application, environment, outside);
  const merges = new Background();
  const aggregate = createAggregateHandler(application, environment, {
    ...outside,
    invokeMerge: async (stream) =>
      merges.start(
        async () => void (await merge({ stream }, lambdaContext(`${plan.name}-merge`, FUNCTION_TIMEOUT))),
        (error) => onProblem(`a merge of ${stream} failed; the next tick retries it`, error),
      ),
  });

  const reader = createReader(createRuntime({ plan, ...outside }), { followEvery: FOLLOW_EVERY });
  const api = createApi({
    reader,
    ...(options.page !== undefined && { page: options.page }),
    sql: questionBinder(application, plan),
    onError: (error, request) => onProblem(`${request.method} ${new URL(request.url).pathname} failed`, error),
  });
  const serverOptions = { connectionsCheckingInterval: 1000 };
  const server = createAdaptorServer({ fetch: api.fetch, serverOptions }) as Parameters<typeof listen>[0];
  const listening = await listen(server, { host, port: ports.api ?? 0 }, 'The API', '--api-port');
  onStop(() => listening.stop());

  const tick = () => merge({ source: 'aws.events' }, lambdaContext(`${plan.name}-merge`, FUNCTION_TIMEOUT));
  await tick();
  onStop(() => merges.idle());
  onStop(repeat(tick, options.tickEvery ?? 1000, (error) => onProblem('the maintenance tick failed; it is retried', error)));

  const checkpoint = await PollerCheckpoint.open(data === undefined ? undefined : join(data, `${plan.name}-positions.json`));
  for (const { name, arn } of streams) {
    const trimming = new AbortController();
    const trim = () => trimStream(kinesis.client, name, trimming.signal);
    onStop(repeat(trim, TRIM_EVERY, (error) => onProblem(`trimming ${name} failed`, error), trimming));
    const poller = startEventSource({
      client: kinesis.client,
      stream: name,
      arn,
      functionName: `${plan.name}-aggregate`,
      handler: aggregate,
      checkpoint,
      batchSize: options.batchSize ?? 10_000,
      batchWindow: options.batchWindow ?? 500,
      pollInterval: POLL_INTERVAL,
      timeout: FUNCTION_TIMEOUT,
      onError: (error, shard) => onProblem(`a batch of ${name}/${shard} failed; it is retried`, error),
    });
    onStop(() => poller.stop());
  }
  const generator = options.generator && generate(options.generator, options, plan, kinesis.client, onProblem);
  if (generator) onStop(() => generator.stop());
  return {
    plan,
    urls: { api: listening.url, kinesis: kinesis.url, dynamodb: dynamo.url },
    streams,
    tables: { state: tables.stateTable, results: tables.resultsTable },
    generator,
  };
}

function generate(
  generator: Generator,
  { rate, seed }: LocalStackOptions,
  plan: Plan,
  client: Parameters<typeof startGenerator>[0]['client'],
  onProblem: NonNullable<LocalStackOptions['onProblem']>,
): RunningGenerator {
  return startGenerator({
    client,
    generator,
    partitionKey: plan.streams.find(({ name }) => name === generator.stream)?.partitionKey,
    ...(rate !== undefined && { rate }),
    ...(seed !== undefined && { seed }),
    onError: (error) => onProblem(`generating events of ${generator.stream} failed`, error),
  });
}
