import { type AttributeValue, DeleteItemCommand, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { createDynamoStore } from '../../lib/aws/dynamodb/dynamo-store.ts';
import { createMemoryStore } from '../../lib/store/memory/memory-store.ts';
import type { Meter, Store } from '../../lib/store/ports.ts';
import { type LocalDynamo, startDynamo } from './dynamodb.ts';

/** A store under test, and what lies behind its ports. */
export interface StoreUnderTest {
  readonly store: Store;
  /** Deletes what has expired, as DynamoDB does some time later. */
  expire(now: number): Promise<void>;
  /** A readable row as plain values. */
  row(pk: string, sk: string): Promise<Record<string, unknown> | undefined>;
  stop(): Promise<void>;
}

/** How to get each kind of store. */
export const STORES: readonly (readonly [name: string, start: () => Promise<StoreUnderTest>])[] = [
  ['in memory', startMemory],
  ['on DynamoDB', async () => onDynamo(await startDynamo())],
];

async function startMemory(): Promise<StoreUnderTest> {
  const store = createMemoryStore();
  return {
    store,
    expire: async (now) => store.expire(now),
    row: (pk, sk) => store.tables.results.get({ pk, sk }, true),
    stop: async () => {},
  };
}

/** A store on tables that are there. */
export function onDynamo({ client, stateTable, resultsTable, stop }: LocalDynamo): StoreUnderTest {
  return {
    store: createDynamoStore({ client, stateTable, resultsTable }),
    stop,
    async expire(now) {
      for (const TableName of [stateTable, resultsTable]) {
        // Not what items hold: tables have hundreds of megabytes.
        const part = { ProjectionExpression: 'pk, sk, #ttl', ExpressionAttributeNames: { '#ttl': 'ttl' } };
        let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
        do {
          const page = await client.send(new ScanCommand({ TableName, ...part, ExclusiveStartKey }));
          for (const { pk, sk, ttl } of page.Items ?? []) {
            if (!pk || !sk || !ttl?.N || Number(ttl.N) * 1000 > now) continue;
            await client.send(new DeleteItemCommand({ TableName, Key: { pk, sk } }));
          }
          ExclusiveStartKey = page.LastEvaluatedKey;
        } while (ExclusiveStartKey);
      }
    },
    async row(pk, sk) {
      const { Item } = await client.send(new GetItemCommand({ TableName: resultsTable, Key: { pk: { S: pk }, sk: { S: sk } } }));
      return Item && (plain({ M: Item }) as Record<string, unknown>);
    },
  };
}

/** Native attributes as the values they stand for. */
function plain(value: AttributeValue): unknown {
  if (value.N !== undefined) return Number(value.N);
  if (value.L !== undefined) return value.L.map(plain);
  if (value.M !== undefined) return Object.fromEntries(Object.entries(value.M).map(([name, v]) => [name, plain(v)]));
  if (value.NULL !== undefined) return null;
  return value.S ?? value.BOOL ?? value.B;
}

/** A meter that remembers every request. */
export class RecordingMeter implements Meter {
  readonly requests: { operation: string; reads: number; writes: number }[] = [];

  add(request: { readonly operation: string; readonly reads: number; readonly writes: number }): void {
    this.requests.push({ ...request });
  }

  /** What was recorded since last asked, as `PutItem 0/1`: reads before, writes after the stroke. */
  take(): string[] {
    return this.requests.splice(0).map(({ operation, reads, writes }) => `${operation} ${reads}/${writes}`);
  }
}
