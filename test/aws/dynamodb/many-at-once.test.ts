import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createDynamoClient } from '../../../lib/aws/dynamodb/dynamo-client.ts';
import { createDynamoStore } from '../../../lib/aws/dynamodb/dynamo-store.ts';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A DynamoDB that answers every request with the same item after a delay, and the most requests it has had at once. */
async function answering(item: object, delay: number): Promise<{ endpoint: string; seen: { atOnce: number } }> {
  const seen = { atOnce: 0 };
  const answer = JSON.stringify({ Item: item });
  let underWay = 0;
  const made = createServer((request, response) => {
    request.resume();
    underWay++;
    seen.atOnce = Math.max(seen.atOnce, underWay);
    setTimeout(() => {
      underWay--;
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(answer);
    }, delay);
  });
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return { endpoint: `http://127.0.0.1:${(made.address() as AddressInfo).port}`, seen };
}

it.each([
  ['that take 60 ms each', { pk: { S: 'a' }, sk: { S: '-' }, listed: { BOOL: true } }, 60],
  ['of 200 KB each', { pk: { S: 'a' }, sk: { S: '-' }, listed: { BOOL: true }, large: { S: 'x'.repeat(200_000) } }, 0],
] as const)('a thousand reads at once %s are all answered', { timeout: 120_000 }, async (_, item, delay) => {
  const { endpoint, seen } = await answering(item, delay);
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const client = createDynamoClient({ endpoint, region: 'us-east-1', credentials });
  const store = createDynamoStore({ client, stateTable: 'state', resultsTable: 'results' });
  const streams = Array.from({ length: 1000 }, (_, i) => ({ application: 'shop', stream: `s${i}` }));
  const read = await Promise.allSettled(streams.map((stream) => store.tasks.progress(stream)));
  expect(read.filter(({ status }) => status === 'rejected')).toEqual([]);
  expect(seen.atOnce).toBeLessThanOrEqual(50);
  client.destroy();
});
