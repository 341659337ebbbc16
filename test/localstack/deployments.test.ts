import { CreateStreamCommand, DescribeStreamSummaryCommand, KinesisClient, waitUntilStreamExists } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { createClient, type MillraceClient } from '../../lib/client/client.ts';
import { type Deployment, deploy, destroy } from './support/deployment.ts';
import { clientOptions } from './support/endpoint.ts';
import { Functions } from './support/functions.ts';
import { Orders } from './support/orders.ts';
import { whatIsThere } from './support/what-is-there.ts';

const STACK = 'millrace-again';
// A stream of its own: AWS retains one that the stack made, LocalStack deletes it.
let stream: string;
const options = (app: string) => [
  '-c',
  `stack=${STACK}`,
  '-c',
  `app=test/localstack/fixtures/${app}.ts`,
  '-c',
  `existing-stream-arn=${stream}`,
];
const endpoint = inject('endpoint');
const functions = new Functions(endpoint);
const NOTHING = { tables: 0, streams: 0, functions: 0, mappings: 0, roles: 0, logGroups: 0 };

let deployment: Deployment;
let orders: Orders;
const clientOf = ({ url, apiKey }: Deployment): MillraceClient => createClient({ url, apiKey });
/** Makes a Kinesis stream. Returns its ARN. */
async function createStream(StreamName: string): Promise<string> {
  const kinesis = new KinesisClient({ ...clientOptions(endpoint), requestHandler: new NodeHttpHandler() });
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 2 }));
  await waitUntilStreamExists({ client: kinesis, maxWaitTime: 60 }, { StreamName });
  const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName }));
  return StreamDescriptionSummary?.StreamARN as string;
}

beforeAll(async () => {
  stream = await createStream(`${STACK}-orders`);
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

  it('after cdk destroy, which leaves the tables and the stream and nothing else', async () => {
    const made = { tables: 2, streams: 1, functions: 4, mappings: 1, roles: 4, logGroups: 5 };
    expect(await whatIsThere(endpoint, STACK)).toEqual(made);
    await destroy(endpoint, STACK, ...options('orders-next'));
    expect(await whatIsThere(endpoint, STACK)).toEqual({ ...NOTHING, tables: 2, streams: 1 });

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
