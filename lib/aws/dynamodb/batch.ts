import { type AttributeValue, BatchGetItemCommand, BatchWriteItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { MillraceError } from '../../core/errors.ts';
import { dynamoError } from './dynamo-error.ts';
import type { Sender } from './limited-client.ts';

type Attributes = Record<string, AttributeValue>;

/** Maximum number of consecutive attempts without progress. */
const ATTEMPTS = 12;
const FIRST_DELAY = 25;
const LONGEST_DELAY = 1000;

/** Writes up to 25 items, and retries those that DynamoDB returns as unprocessed. */
export async function writeBatch(client: Sender, table: string, items: readonly Attributes[], pause: Pause): Promise<void> {
  const requests: WriteRequest[] = items.map((Item) => ({ PutRequest: { Item } }));
  await untilDone('BatchWriteItem', table, requests, pause, async (left) => {
    const { UnprocessedItems } = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: left } }));
    return UnprocessedItems?.[table] ?? [];
  });
}

/** Reads up to 100 items by key, in any order, and requests those again that did not fit into the response. */
export async function readBatch(
  client: Sender,
  table: string,
  keys: readonly Attributes[],
  consistent: boolean,
  pause: Pause,
): Promise<Attributes[]> {
  const found: Attributes[] = [];
  await untilDone('BatchGetItem', table, [...keys], pause, async (left) => {
    const request = { [table]: { Keys: left, ConsistentRead: consistent } };
    const { Responses, UnprocessedKeys } = await client.send(new BatchGetItemCommand({ RequestItems: request }));
    found.push(...(Responses?.[table] ?? []));
    return UnprocessedKeys?.[table]?.Keys ?? [];
  });
  return found;
}

/**
 * Sends the unprocessed rest until nothing is left. After partial progress, the rest is sent immediately (a response is limited to 16 MB, which is no sign of overload). If
 * nothing was processed, it waits a random time that grows up to a second ("full jitter", Brooker, "Exponential Backoff
 * And Jitter", AWS Architecture Blog, 2015).
 */
async function untilDone<T>(operation: string, table: string, all: T[], pause: Pause, send: (left: T[]) => Promise<T[]>): Promise<void> {
  let left = all;
  let idle = 0;
  while (left.length > 0) {
    const before = left.length;
    try {
      left = await send(left);
    } catch (error) {
      throw dynamoError(error, operation, table);
    }
    idle = left.length < before ? 0 : idle + 1;
    if (idle >= ATTEMPTS) {
      throw new MillraceError('unavailable', `${operation} on DynamoDB table "${table}" left ${left.length} items undone; try again`);
    }
    if (idle > 0) await pause(Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** idle));
  }
}

/** Waits a random time, up to `most` milliseconds. */
export type Pause = (most: number) => Promise<void>;

/** By the machine's timer and random numbers. */
export const pauseByChance: Pause = (most) => new Promise((resolve) => setTimeout(resolve, Math.random() * most));
