import { beforeAll, describe, expect, inject, it } from 'vitest';
import { createClient, type MillraceClient } from '../../lib/client/client.ts';
import { type Deployment, deploy, destroy } from './support/deployment.ts';
import { Functions } from './support/functions.ts';
import { Orders } from './support/orders.ts';
import { whatIsThere } from './support/what-is-there.ts';

const STACK = 'millrace-again';
const options = (app: string) => ['-c', `stack=${STACK}`, '-c', `app=test/localstack/fixtures/${app}.ts`, '-c', 'shards=2'];
const endpoint = inject('endpoint');
const functions = new Functions(endpoint);
const NOTHING = { tables: 0, streams: 0, functions: 0, mappings: 0, roles: 0, logGroups: 0 };

let deployment: Deployment;
let orders: Orders;
const clientOf = ({ url, apiKey }: Deployment): MillraceClient => createClient({ url, apiKey });
beforeAll(async () => {
  deployment = await deploy(endpoint, STACK, ...options('orders'));
  orders = new Orders(endpoint, deployment, clientOf(deployment));
  await orders.putSome(100);
  await orders.expectCounted();
});

describe('another deployment goes on with the tables of the one before', () => {
  it('over it, of another version, while the function is stopped', async () => {
    const aggregate = deployment.resource('FunctionsAggregateFunction');
    await functions.stop(aggregate);
    await orders.putSome(60);
    await deploy(endpoint, STACK, ...options('orders-next'));
    await functions.start(aggregate);
    await orders.putSome(60);
    await orders.expectCounted();
    const rows = (await clientOf(deployment).rows('by_minute', {}).toArray()) as unknown as { orders: number }[];
    expect(rows.reduce((sum, row) => sum + row.orders, 0)).toBe(120);
  });

  it('after cdk destroy, which leaves the tables and nothing else', async () => {
    const made = { tables: 2, streams: 1, functions: 4, mappings: 1, roles: 4, logGroups: 5 };
    expect(await whatIsThere(endpoint, STACK)).toEqual(made);
    await destroy(endpoint, STACK, ...options('orders-next'));
    expect(await whatIsThere(endpoint, STACK)).toEqual({ ...NOTHING, tables: 2 });

    const kept = ['State', 'Results'].flatMap((name) => [
      '-c',
      `existing-${name.toLowerCase()}-table=${deployment.output(`${name}Table`)}`,
    ]);
    deployment = await deploy(endpoint, STACK, ...options('orders-next'), ...kept);
    expect(await whatIsThere(endpoint, STACK)).toEqual(made);
    orders.goOn(deployment, clientOf(deployment));
    await orders.putSome(60);
    await orders.expectCounted();
  });
});
