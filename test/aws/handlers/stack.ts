import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Environment } from '../../../lib/aws/environment.ts';
import { type AggregateOverrides, createAggregateHandler } from '../../../lib/aws/handlers/aggregate-handler.ts';
import { createMergeHandler } from '../../../lib/aws/handlers/merge-handler.ts';
import { createQueryHandler } from '../../../lib/aws/handlers/query-handler.ts';
import type { Measures } from '../../../lib/aws/telemetry.ts';
import type { Application } from '../../../lib/dsl/application.ts';
import { createMemoryStore } from '../../../lib/store/memory/memory-store.ts';
import { MemoryStreams } from '../../../lib/testing/memory-stream.ts';
import clicksApplication from '../fixtures/clicks-application.ts';
import { kinesisRecord } from '../kinesis/records.ts';

export const START = Date.UTC(2026, 0, 1);
export const SHARD = 'shardId-000000000000';

export const environment: Environment = {
  stateTable: 'state',
  resultsTable: 'results',
  streams: {},
  mergeFunction: undefined,
  version: '1',
  startingPosition: 'TRIM_HORIZON',
};

/** The three handlers over one store in memory, a clock that stands, and everything they tell. */
export function createStack(overrides: Partial<AggregateOverrides> & { application?: Application; environment?: Environment } = {}) {
  const { application = clicksApplication, environment: env = environment, ...rest } = overrides;
  const clock = {
    at: START,
    now() {
      return this.at;
    },
  };
  const shards = new MemoryStreams(() => clock.at);
  shards.addShards('clicks', 1);
  const told = {
    measures: [] as { stream: string | undefined; measures: Measures }[],
    warnings: [] as string[],
    errors: [] as string[],
    merges: [] as string[],
  };
  const telemetry = {
    measure: (stream: string | undefined, measures: Measures) => void told.measures.push({ stream, measures }),
    warn: (message: string, error: unknown) => void told.warnings.push(`${message}: ${error}`),
    error: (message: string, error: unknown) => void told.errors.push(`${message}: ${error}`),
  };
  const store = createMemoryStore();
  const common = { store, shards, clock, telemetry, ...rest };
  const invokeMerge = async (stream: string) => void told.merges.push(stream);
  const context = { remaining: 60_000, getRemainingTimeInMillis: () => context.remaining };
  const { invokeMerge: _, ...withoutMerge } = common as Partial<AggregateOverrides>;
  const aggregate = createAggregateHandler(application, env, { invokeMerge, ...common });
  const merge = createMergeHandler(application, env, withoutMerge);
  const query = createQueryHandler(application, env, { ...withoutMerge, followEvery: 0, page: '<!doctype html><title>Millrace</title>' });
  let sequence = 100n;
  return {
    clock,
    context,
    shards,
    store,
    told,
    /** records that arrive now, with rising sequence numbers */
    records: (...payloads: (string | Uint8Array)[]) =>
      payloads.map((payload) => kinesisRecord(payload, { sequence: String(++sequence), arrival: clock.at, shard: SHARD })),
    aggregate: (records: ReturnType<typeof kinesisRecord>[]) => aggregate({ Records: records }, context),
    merge: (event: Parameters<typeof merge>[0]) => merge(event, context),
    tick: () => merge({ source: 'aws.events' }, context),
    get: async (path: string, query_: Record<string, string> = {}) => {
      const result = await query(getEvent(path, query_));
      return { status: result.statusCode, body: result.body, headers: result.headers };
    },
  };
}

/** A click on a page, some seconds after {@link START}. */
export function click(page: string, seconds: number, ms: number | null = 1): string {
  return JSON.stringify({ page, ms, at: new Date(START + seconds * 1000).toISOString() });
}

/** What API Gateway hands over for a GET. */
export function getEvent(path: string, query: Readonly<Record<string, string>> = {}, httpMethod = 'GET'): APIGatewayProxyEvent {
  return {
    resource: '/{proxy+}',
    path,
    httpMethod,
    headers: { accept: 'application/json' },
    multiValueHeaders: { accept: ['application/json'] },
    queryStringParameters: query,
    multiValueQueryStringParameters: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, [value]])),
    pathParameters: null,
    stageVariables: null,
    body: null,
    isBase64Encoded: false,
    requestContext: {} as APIGatewayProxyEvent['requestContext'],
  };
}
