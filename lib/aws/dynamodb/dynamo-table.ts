import { type AttributeValue, GetItemCommand, PutItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Item, Key } from '../../store/items/item.ts';
import { itemSize, putUnits, queryUnits, readUnits, writeUnits } from '../../store/items/item-size.ts';
import { type ItemChange, type ItemQuery, type ItemTable, PIECE_BYTES } from '../../store/items/item-table.ts';
import type { Meter } from '../../store/ports.ts';
import { fromAttributes, toAttributes } from './attribute-value.ts';
import { type Pause, pauseByChance, readBatch, writeBatch } from './batch.ts';
import { dynamoError, isConditionFailed } from './dynamo-error.ts';
import { keyCondition, putCondition, updateExpression } from './expression.ts';
import type { Sender } from './limited-client.ts';

const GET_AT_ONCE = 100;
const PUT_AT_ONCE = 25;
/** Batches on their way at once. */
const BATCHES_AT_ONCE = 4;

/** Optional settings of a table. */
export interface DynamoTableOptions {
  readonly meters?: readonly Meter[];
  /** see {@link ItemTable} */
  readonly pieceBytes?: number;
  /** how it waits when DynamoDB leaves a batch undone */
  readonly pause?: Pause;
}

/** A table on DynamoDB. */
export class DynamoTable implements ItemTable {
  readonly #client: Sender;
  readonly #name: string;
  readonly #options: DynamoTableOptions;

  constructor(client: Sender, name: string, options: DynamoTableOptions = {}) {
    this.#client = client;
    this.#name = name;
    this.#options = options;
  }

  get pieceBytes(): number {
    return this.#options.pieceBytes ?? PIECE_BYTES;
  }

  metered(meter: Meter): DynamoTable {
    return new DynamoTable(this.#client, this.#name, { ...this.#options, meters: [...this.#meters, meter] });
  }

  get #meters(): readonly Meter[] {
    return this.#options.meters ?? [];
  }

  get #pause(): Pause {
    return this.#options.pause ?? pauseByChance;
  }

  async get(key: Key, consistent: boolean): Promise<Item | undefined> {
    const request = { TableName: this.#name, Key: keyOf(key), ConsistentRead: consistent };
    const found = await this.#send('GetItem', () => this.#client.send(new GetItemCommand(request)));
    const item = found.Item && fromAttributes(found.Item);
    this.#add('GetItem', readUnits(item ? itemSize(item) : 0, consistent), 0);
    return item;
  }

  async getAll(keys: readonly Key[], consistent: boolean): Promise<(Item | undefined)[]> {
    const batches = chunks(keys, GET_AT_ONCE);
    const found = await inWaves(batches, async (batch) => {
      const items = await readBatch(this.#client, this.#name, batch.map(keyOf), consistent, this.#pause);
      const byKey = new Map(items.map(fromAttributes).map((item) => [idOf(item), item]));
      return batch.map((key) => byKey.get(idOf(key)));
    });
    for (const items of found) {
      const units = items.map((item) => readUnits(item ? itemSize(item) : 0, consistent));
      this.#add('BatchGetItem', sum(units), 0);
    }
    return found.flat();
  }

  async put(item: Item): Promise<void> {
    const request = { TableName: this.#name, Item: toAttributes(item) };
    await this.#send('PutItem', () => this.#client.send(new PutItemCommand(request)));
    this.#add('PutItem', 0, putUnits(item));
  }

  async putIf(
    item: Item,
    expected: { readonly [attribute: string]: string | number } | undefined,
    beforeSending?: () => void,
  ): Promise<boolean> {
    const request = { TableName: this.#name, Item: toAttributes(item), ...putCondition(expected) };
    const command = new PutItemCommand(request);
    if (beforeSending) beforeEachAttempt(command, beforeSending);
    const put = await this.#conditional('PutItem', () => this.#client.send(command));
    // A rejected put costs as much as the larger of both items; only the existence of the stored one is known.
    this.#add('PutItem', 0, put ? putUnits(item) : writeUnits(itemSize(item)));
    return put !== undefined;
  }

  async putAll(items: readonly Item[]): Promise<void> {
    await inWaves(chunks(items, PUT_AT_ONCE), async (batch) => {
      await writeBatch(this.#client, this.#name, batch.map(toAttributes), this.#pause);
      this.#add('BatchWriteItem', 0, sum(batch.map(putUnits)));
    });
  }

  async query(query: ItemQuery): Promise<Item[]> {
    const { index, order, limit = Number.POSITIVE_INFINITY, consistent } = query;
    const items: Item[] = [];
    let start: Record<string, AttributeValue> | undefined;
    do {
      const request = {
        TableName: this.#name,
        ...keyCondition(query),
        ...(index ? { IndexName: index } : { ConsistentRead: consistent }),
        ...(Number.isFinite(limit) ? { Limit: limit - items.length } : {}),
        ScanIndexForward: order !== 'desc',
        ExclusiveStartKey: start,
      };
      const page = await this.#send('Query', () => this.#client.send(new QueryCommand(request)));
      items.push(...(page.Items ?? []).map(fromAttributes));
      start = page.LastEvaluatedKey;
    } while (start && items.length < limit);
    for (const units of queryUnits(items, consistent)) this.#add('Query', units, 0);
    return items;
  }

  async update(key: Key, change: ItemChange): Promise<Item | undefined> {
    // All attributes are returned because the cost of an update is that of the whole item.
    const request = { TableName: this.#name, Key: keyOf(key), ...updateExpression(change), ReturnValues: 'ALL_NEW' } as const;
    const updated = await this.#conditional('UpdateItem', () => this.#client.send(new UpdateItemCommand(request)));
    const item = updated && fromAttributes({ ...keyOf(key), ...updated.Attributes });
    this.#add('UpdateItem', 0, item ? writeUnits(itemSize(item)) : 1);
    return item;
  }

  async #conditional<T>(operation: string, send: () => Promise<T>): Promise<T | undefined> {
    return this.#send(operation, async () => {
      try {
        return await send();
      } catch (error) {
        if (isConditionFailed(error)) return undefined;
        throw error;
      }
    });
  }

  async #send<T>(operation: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw dynamoError(error, operation, this.#name);
    }
  }

  #add(operation: string, reads: number, writes: number): void {
    for (const meter of this.#meters) meter.add({ operation, reads, writes });
  }
}

/** Adds a hook before each attempt of the SDK to send a command, retries included. */
function beforeEachAttempt(command: PutItemCommand, check: () => void): void {
  command.middlewareStack.add(
    (next) => (args) => {
      check();
      return next(args);
    },
    // Behind the SDK's retrying, which is of high priority in this step.
    { step: 'finalizeRequest', priority: 'low', name: 'beforeEachAttempt' },
  );
}

function keyOf({ pk, sk }: Key): Record<string, AttributeValue> {
  return { pk: { S: pk }, sk: { S: sk } };
}

function idOf({ pk, sk }: Key): string {
  return JSON.stringify([pk, sk]);
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}

async function inWaves<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let i = 0; i < all.length; i += BATCHES_AT_ONCE) results.push(...(await Promise.all(all.slice(i, i + BATCHES_AT_ONCE).map(work))));
  return results;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
