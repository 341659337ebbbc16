import { type AttributeValue, BatchGetItemCommand, BatchWriteItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { MillraceError } from '../../core/errors.ts';
import { dynamoError } from './dynamo-error.ts';
import type { Sender } from './limited-client.ts';

type Attributes = Record<string, AttributeValue>;

/** Tries in a row that get nothing done. */
const ATTEMPTS = 12;
const FIRST_DELAY = 25;
const LONGEST_DELAY = 1000;

/** Writes up to 25 items, and what DynamoDB left undone again. */
export async function writeBatch(client: Sender, table: string, items: readonly Attributes[], pause: Pause): Promise<void> {
  const requests: WriteRequest[] = items.map((Item) => ({ PutRequest: { Item } }));
  await untilDone('BatchWriteItem', table, requests, pause, async (left) => {
    const { UnprocessedItems } = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: left } }));
    return UnprocessedItems?.[table] ?? [];
  });
}

/** Reads up to 100 items by key, in no order, and what did not fit into the answer again. */
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
 * Sends what is left until nothing is. A part left over is sent at once (an answer holds 16 MB, no sign of overload); when
 * nothing was done at all, it waits longer each time, up to a second, by chance ("full jitter", Brooker, "Exponential Backoff
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

/** Waits some time by chance, up to `most` milliseconds. */
export type Pause = (most: number) => Promise<void>;

/** By the machine's timer and random numbers. */
export const pauseByChance: Pause = (most) => new Promise((resolve) => setTimeout(resolve, Math.random() * most));
