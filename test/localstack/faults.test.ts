import { randomBytes } from 'node:crypto';
import { CreateEventSourceMappingCommand, DeleteEventSourceMappingCommand, PublishVersionCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { createClient, type MillraceClient } from '../../lib/client/client.ts';
import { aggregate as aggregateByKpl } from '../support/kpl.ts';
import { ENDLESS, POISON } from './fixtures/order-views.ts';
import { type Deployment, deploy } from './support/deployment.ts';
import { ACCOUNT, REGION } from './support/endpoint.ts';
import { finalWindows } from './support/followed.ts';
import { Functions } from './support/functions.ts';
import { type Order, Orders, recordOf } from './support/orders.ts';
import { PATIENCE } from './support/patience.ts';
import { isSame, isUsedOtherwise, type Permission, permissionsOf } from './support/policies.ts';
import { RecordingProxy } from './support/recording-proxy.ts';

const STACK = 'millrace-orders';
const OPTIONS = ['-c', 'app=test/localstack/fixtures/orders.ts', '-c', 'shards=2'];
const endpoint = inject('endpoint');
const functions = new Functions(endpoint);
const FUNCTIONS = ['Aggregate', 'Merge', 'Query', 'Sql'] as const;
const NO_SUCH_TABLE = 'no-such-table';

let deployment: Deployment;
let proxy: RecordingProxy;
let client: MillraceClient;
let aggregate: string;
let orders: Orders;
beforeAll(async () => {
  deployment = await deploy(endpoint, STACK, ...OPTIONS);
  client = createClient({ url: deployment.url, apiKey: deployment.apiKey });
  aggregate = deployment.resource('FunctionsAggregateFunction');
  proxy = await RecordingProxy.start(endpoint);
  for (const name of FUNCTIONS) {
    await functions.configure(functionOf(name), { AWS_ENDPOINT_URL: proxy.urlFor(name) });
  }
  orders = new Orders(endpoint, deployment, client);
});
afterAll(() => proxy.stop());

/** The physical name of a function. */
const functionOf = (name: string) => deployment.resource(`Functions${name}Function`);

describe('every order is counted once, whatever happens', () => {
  it('nothing does', async () => {
    // Before the first record there is a tick, which registers the shards.
    await functions.tick(functionOf('Merge'));
    await orders.putSome(200);
    await orders.expectCounted();
  });

  it('a record in a batch is poison, another is no event: they are dead letters, and their neighbours counted', async () => {
    const [before, between, after] = orders.some(3, 'shop-1') as [Order, Order, Order];
    const [poison] = orders.some(1, 'shop-1') as [Order];
    const noEvent = { key: 'shop-1', data: 'no JSON at all' };
    const records = [recordOf(before), recordOf({ ...poison, id: POISON }), recordOf(between), noEvent, recordOf(after)];
    await orders.put([before, between, after], records);
    await orders.expectCounted();
    const dead = await client.deadLetters('orders').toArray();
    expect(dead.map(({ reason }) => reason).sort()).toEqual([
      expect.stringContaining('not JSON'),
      expect.stringContaining('this order is poison'),
    ]);
  });

  it('producers aggregate records', async () => {
    const some = orders.some(30);
    const records = [...Map.groupBy(some, ({ shop }) => shop)].map(([shop, own]) => ({
      key: shop,
      data: aggregateByKpl(
        [shop],
        [],
        own.map((order) => ({ key: 0, data: JSON.stringify(order) })),
      ),
    }));
    await orders.put(some, records);
    await orders.expectCounted();
  });

  it('a batch is larger than an item can be', async () => {
    // Names that nothing compresses, 600 KB of them.
    const many = orders.some(500, 'shop-1').map((order, i) => (i === 0 ? order : { ...order, shop: randomBytes(1200).toString('base64') }));
    await orders.put(many.slice(0, 1), [{ key: 'shop-1', data: JSON.stringify(many) }]);
    await orders.expectCounted();
  });

  it('the function throws for a while', async () => {
    const table = await functions.variable(aggregate, 'MILLRACE_STATE_TABLE');
    await functions.configure(aggregate, { MILLRACE_STATE_TABLE: NO_SUCH_TABLE });
    try {
      await orders.putSome(50);
      await vi.waitFor(async () => expect(await functions.logged(aggregate, 'there is no such table')).not.toEqual([]), PATIENCE);
    } finally {
      await functions.configure(aggregate, { MILLRACE_STATE_TABLE: table });
    }
    await orders.putSome(50);
    await orders.expectCounted();
  });

  it('DynamoDB throttles for a while', async () => {
    const refused = await proxy.throttling(async () => {
      await orders.putSome(50);
      await vi.waitFor(
        async () => expect(await functions.logged(aggregate, 'ProvisionedThroughputExceededException')).not.toEqual([]),
        PATIENCE,
      );
    });
    expect(refused).toBeGreaterThan(0);
    await orders.putSome(50);
    await orders.expectCounted();
  });

  it('two event source mappings read the stream', async () => {
    const { Version = '' } = await functions.lambda.send(new PublishVersionCommand({ FunctionName: aggregate }));
    const { UUID } = await functions.lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: `${aggregate}:${Version}`,
        EventSourceArn: `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/${deployment.output('OrdersStream')}`,
        StartingPosition: 'TRIM_HORIZON',
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      }),
    );
    // It reads what is counted already, and then new orders at the same time as the other one, which waits longer for a batch.
    await vi.waitFor(async () => expect(await functions.logged(aggregate, '"Events":0', Version)).not.toEqual([]), PATIENCE);
    await vi.waitFor(async () => {
      await orders.putSome(10);
      expect((await functions.logged(aggregate, '"Events":', Version)).some((line) => /"Events":[1-9]/.test(line))).toBe(true);
    }, PATIENCE);
    await orders.expectCounted();
    await functions.lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
  });

  it('a record never lets the invocation return: it is a dead letter', async () => {
    // After two invocations have timed out, it is tried for ten seconds in a worker, which takes long to start on a busy machine.
    await functions.configure(aggregate, {}, 24);
    const [order] = orders.some(1) as [Order];
    await orders.put([], [recordOf({ ...order, id: ENDLESS })]);
    await vi.waitFor(
      async () => expect((await client.deadLetters('orders', { limit: 1 }).toArray())[0]).toMatchObject({ event: { id: ENDLESS } }),
      PATIENCE,
    );
    await orders.putSome(20);
    await orders.expectCounted();
  });
});

it('functions may do what they do, and no more', async () => {
  // Final results are written, and then read; it is looked whether shards are silent.
  await vi.waitFor(async () => {
    await functions.tick(functionOf('Merge'));
    expect(await finalWindows(client, 'by_shop')).toBeGreaterThan(2);
    expect(proxy.calls).toContainEqual(expect.objectContaining({ function: 'Merge', action: 'kinesis:GetRecords' }));
  }, PATIENCE);
  await orders.expectCounted();
  await client.late('by_shop').toArray();
  const asked = await fetch(`${deployment.url}v1/sql`, {
    method: 'POST',
    headers: { 'x-api-key': deployment.apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({ sql: 'SELECT shop, SUM(orders) AS orders FROM by_shop GROUP BY shop' }),
  });
  expect(asked.status, await asked.text()).toBe(200);
  for (const name of FUNCTIONS) {
    const allowed = await permissionsOf(endpoint, await functions.role(functionOf(name)));
    const called = proxy.calls.filter((call) => call.function === name && call.resource !== NO_SUCH_TABLE);
    const isUsed = (permission: Permission) => called.some((call) => isSame(call, permission)) || isUsedOtherwise(name, permission);
    expect(
      called.filter((call) => !allowed.some((permission) => isSame(call, permission))),
      `${name} calls, and may not`,
    ).toEqual([]);
    expect(
      allowed.filter((permission) => !isUsed(permission)),
      `${name} may, and does not`,
    ).toEqual([]);
  }
});
