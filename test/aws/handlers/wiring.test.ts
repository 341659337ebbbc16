import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { readEnvironment } from '../../../lib/aws/environment.ts';
import { createAggregateHandler } from '../../../lib/aws/handlers/aggregate-handler.ts';
import { createMergeHandler } from '../../../lib/aws/handlers/merge-handler.ts';
import { createQueryHandler } from '../../../lib/aws/handlers/query-handler.ts';
import { type LocalDynamo, startDynamo } from '../../support/dynamodb.ts';
import clicksApplication from '../fixtures/clicks-application.ts';
import { kinesisRecord } from '../kinesis/records.ts';
import { getEvent, SHARD } from './stack.ts';

const ARN = 'arn:aws:kinesis:us-east-1:123456789012:stream/prod-clicks';
const context = { getRemainingTimeInMillis: () => 60_000 };
/** Kinesis with one open shard, and Lambda. */
const asked: { what: string; body: unknown }[] = [];
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const target = request.headers['x-amz-target'] ?? `${request.url} ${request.headers['x-amz-invocation-type']}`;
  asked.push({ what: String(target), body: JSON.parse(Buffer.concat(chunks).toString()) });
  response.statusCode = request.headers['x-amz-target'] ? 200 : 202;
  response.setHeader('content-type', 'application/x-amz-json-1.1');
  response.end(JSON.stringify({ Shards: [{ ShardId: SHARD, SequenceNumberRange: { StartingSequenceNumber: '1' } }] }));
});
let dynamo: LocalDynamo;

beforeAll(async () => {
  dynamo = await startDynamo();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const other = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const endpoint = await dynamo.client.config.endpoint?.();
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'a');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'b');
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', `http://127.0.0.1:${endpoint?.port}`);
  vi.stubEnv('AWS_ENDPOINT_URL_KINESIS', other);
  vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', other);
  vi.stubEnv('MILLRACE_STATE_TABLE', dynamo.stateTable);
  vi.stubEnv('MILLRACE_RESULTS_TABLE', dynamo.resultsTable);
  vi.stubEnv('MILLRACE_STREAMS', JSON.stringify({ clicks: ARN }));
  vi.stubEnv('MILLRACE_MERGE_FUNCTION', 'shop-merge');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'true');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await dynamo.stop();
  server.close();
});

it('connects to DynamoDB, Kinesis and Lambda by the environment alone', async () => {
  const environment = readEnvironment(process.env);
  const now = Date.now();
  const minutesAgo = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
  const record = (sequence: string, at: string) =>
    kinesisRecord(JSON.stringify({ page: '/a', ms: 2, at }), { sequence, arrival: now, stream: 'prod-clicks' });
  const aggregate = createAggregateHandler(clicksApplication, environment);
  const Records = [record('11', minutesAgo(5)), record('12', minutesAgo(5)), record('13', minutesAgo(1))];
  expect(await aggregate({ Records }, context)).toEqual({ batchItemFailures: [] });
  expect(asked).toEqual([
    { what: 'Kinesis_20131202.DescribeStreamSummary', body: { StreamARN: ARN } },
    { what: 'Kinesis_20131202.ListShards', body: { StreamARN: ARN } },
    { what: '/2015-03-31/functions/shop-merge/invocations Event', body: { stream: 'clicks' } },
  ]);

  const merge = createMergeHandler(clicksApplication, environment);
  expect(await merge({ source: 'aws.events' }, context)).toMatchObject({ streams: [{ stream: 'clicks', windows: 1 }] });

  const query = createQueryHandler(clicksApplication, environment);
  const { statusCode, body } = await query(getEvent('/v1/views/page_views/rows', { 'key.page': '/a' }));
  expect(statusCode).toBe(200);
  expect(JSON.parse(body).rows).toMatchObject([
    { page: '/a', views: 2, avg_ms: 2, final: true },
    { page: '/a', views: 1, final: false },
  ]);
});
