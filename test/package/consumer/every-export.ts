/** What somebody who installed the package does with each of its exports; prints what came of it. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { compile } from 'millrace';
import { createAggregateHandler, readEnvironment, stateTableSchema } from 'millrace/aws';
import { MillraceApplication } from 'millrace/cdk';
import { createClient } from 'millrace/client';
import { createTestDriver } from 'millrace/testing';
import shop from './app.ts';

await compile(shop);
const driver = await createTestDriver(shop, { now: '2026-01-01T00:00:00Z' });
await driver.put('clicks', [
  { page: '/a', user_id: 'u', ms: 20, at: '2026-01-01T00:00:00Z' },
  { page: '/a', user_id: 'u', ms: null, at: '2026-01-01T00:00:01Z' },
]);
await driver.advance('5 minutes');
const rows = await driver.rows('page_views');

const served = { rows: [{ page: '/b', views: 1, avg_ms: null, slow: 0, final: true }], next: null, as_of: 'x', watermark: null };
const server = createServer((_, response) => response.setHeader('content-type', 'application/json').end(JSON.stringify(served))).listen(0);
await once(server, 'listening');
const client = createClient<typeof shop>({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
const views: (number | null)[] = [];
for await (const row of client.rows('page_views', { key: { page: '/b' } })) views.push(row.views, row.avg_ms);
server.close();

const environment = readEnvironment({ MILLRACE_STATE_TABLE: stateTableSchema('state').TableName, MILLRACE_RESULTS_TABLE: 'results' });
const taken = await createAggregateHandler(shop, environment)({ Records: [] }, { getRemainingTimeInMillis: () => 1000 });

const stack = new Stack(new App(), 'Shop');
new MillraceApplication(stack, 'Shop', { app: shop, entry: fileURLToPath(import.meta.resolve('./app.ts')) });
const functions = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function')) as { Properties: { Handler: string } }[];

console.log(JSON.stringify({ rows, views, taken, handlers: functions.map(({ Properties }) => Properties.Handler).sort() }));
