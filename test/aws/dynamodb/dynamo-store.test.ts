import { BatchGetItemCommand, BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoClient } from '../../../lib/aws/dynamodb/dynamo-client.ts';
import { createDynamoStore } from '../../../lib/aws/dynamodb/dynamo-store.ts';
import { MillraceError } from '../../../lib/core/errors.ts';
import type { Store, TaskId } from '../../../lib/store/ports.ts';
import { type LocalDynamo, startDynamo } from '../../support/dynamodb.ts';

const TASK: TaskId = { application: 'shop', stream: 'clicks', shard: 's1' };

let dynamo: LocalDynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

describe('what DynamoDB leaves undone', () => {
  it('is written and read in further requests', async () => {
    const { client, sent } = halving(dynamo.client);
    const store = createDynamoStore({ ...dynamo, client });
    const view = { application: 'shop', view: 'v' };
    await store.results.putRows(
      view,
      Array.from({ length: 25 }, (_, i) => ({ key: `k${i}`, start: 0, end: 60_000, values: { i }, expiresAt: 0 })),
    );
    // 13 of 25 are done, 6 of 12, 3 of 6, 2 of 3, 1 of 1.
    expect(sent).toEqual([25, 12, 6, 3, 1]);
    sent.length = 0;
    const ids = Array.from({ length: 10 }, (_, i) => `b${i}`);
    for (const [i, id] of ids.entries()) await store.checkpoints.putBucket(TASK, id, Uint8Array.of(i));
    expect(await store.checkpoints.buckets(TASK, ids)).toEqual(ids.map((_, i) => Uint8Array.of(i)));
    expect(sent).toEqual([10, 5, 2, 1]);
  });

  it('is unavailable when nothing gets done', async () => {
    const client = Object.create(dynamo.client) as DynamoDBClient;
    client.send = async (command: unknown) => ({ UnprocessedItems: (command as BatchWriteItemCommand).input.RequestItems }) as never;
    const store = createDynamoStore({ ...dynamo, client });
    const rows = [{ key: 'k', start: 0, end: 60_000, values: {}, expiresAt: 0 }];
    await expect(store.results.putRows({ application: 'shop', view: 'v' }, rows)).rejects.toMatchObject({
      code: 'unavailable',
      message: 'BatchWriteItem on DynamoDB table "test-results" left 1 items undone; try again',
    });
  });
});

describe('errors', () => {
  const failing = (error: Error): Store => {
    const client = Object.create(dynamo.client) as DynamoDBClient;
    client.send = async () => {
      throw error;
    };
    return createDynamoStore({ ...dynamo, client });
  };
  const named = (name: string, more: object = {}) => Object.assign(new Error(`it was ${name}`), { name, ...more });

  it.each([
    named('ProvisionedThroughputExceededException'),
    named('ThrottlingException'),
    named('RequestLimitExceeded'),
    named('InternalServerError'),
    named('TimeoutError'),
    named('AbortError'),
    named('Error', { code: 'ECONNRESET' }),
    named('Error', { code: 'ENOTFOUND' }),
    named('Unknown', { $metadata: { httpStatusCode: 503 } }),
  ])('that pass are unavailable, with their cause: %s', async (cause) => {
    const store = failing(cause);
    const calls = [
      () => store.log.append(TASK, { index: 1, nonce: 'n', body: new Uint8Array(), committedAt: 0, expiresAt: 0, late: 0, dead: 0 }),
      () => store.log.read(TASK, 1),
      () => store.checkpoints.manifest(TASK),
      () => store.checkpoints.buckets(TASK, ['b']),
      () => store.tasks.setListed(TASK),
    ];
    for (const call of calls) {
      const error: unknown = await call().catch((e: unknown) => e);
      expect(error).toBeInstanceOf(MillraceError);
      expect(error).toMatchObject({ code: 'unavailable', cause });
    }
  });

  it('of other kinds stay as they are', async () => {
    const cause = named('ValidationException');
    await expect(failing(cause).log.read(TASK, 1)).rejects.toBe(cause);
  });

  it('say what to do about a table that is not there', async () => {
    const store = createDynamoStore({ ...dynamo, stateTable: 'not-there' });
    await expect(store.log.read(TASK, 1)).rejects.toMatchObject({
      code: 'argument',
      message: expect.stringMatching(/Query on DynamoDB table "not-there" failed: there is no such table.*MILLRACE_STATE_TABLE/),
    });
  });

  it('include a server that cannot be reached', async () => {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    // Port 9 is "discard"; nothing listens there.
    const client = createDynamoClient({ endpoint: 'http://127.0.0.1:9', region: 'us-east-1', credentials, maxAttempts: 1 });
    const store = createDynamoStore({ ...dynamo, client });
    await expect(store.tasks.list(TASK)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/^Query on DynamoDB table "test-state" did not succeed/),
    });
    client.destroy();
  });
});

describe('an entry', () => {
  it('is not sent again by the SDK once its deadline has passed', async () => {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    // Port 9 is "discard": every request has to be tried again.
    const client = createDynamoClient({ endpoint: 'http://127.0.0.1:9', region: 'us-east-1', credentials });
    const store = createDynamoStore({ ...dynamo, client });
    let asked = 0;
    const late = new MillraceError('unavailable', 'the deadline passed');
    const entry = { index: 1, nonce: 'n', body: new Uint8Array(), committedAt: 0, expiresAt: 0, late: 0, dead: 0 };
    const appended = store.log.append(TASK, entry, () => {
      asked++;
      if (asked === 3) throw late;
    });
    await expect(appended).rejects.toBe(late);
    expect(asked).toBe(3);
    client.destroy();
  });
});

/** A client whose batches do the first half (rounded up) of what they are asked, as DynamoDB may. */
function halving(real: DynamoDBClient): { client: DynamoDBClient; sent: number[] } {
  const sent: number[] = [];
  const client = Object.create(real) as DynamoDBClient;
  client.send = (async (command: unknown) => {
    if (command instanceof BatchWriteItemCommand) {
      const [[table, requests] = ['', []]] = Object.entries(command.input.RequestItems ?? {}) as [string, WriteRequest[]][];
      sent.push(requests.length);
      const half = Math.ceil(requests.length / 2);
      await real.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests.slice(0, half) } }));
      return half < requests.length ? { UnprocessedItems: { [table]: requests.slice(half) } } : {};
    }
    if (command instanceof BatchGetItemCommand) {
      const [[table, { Keys = [], ConsistentRead } = {}] = ['']] = Object.entries(command.input.RequestItems ?? {});
      sent.push(Keys.length);
      const half = Math.ceil(Keys.length / 2);
      const answer = await real.send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys: Keys.slice(0, half), ConsistentRead } } }));
      return { ...answer, UnprocessedKeys: half < Keys.length ? { [table]: { Keys: Keys.slice(half) } } : {} };
    }
    return real.send(command as never);
  }) as typeof real.send;
  return { client, sent };
}
