import type {
  AttributeValue,
  BatchGetItemCommandInput,
  BatchWriteItemCommandInput,
  GetItemCommandInput,
  PutItemCommandInput,
  QueryCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { type Attributes, copyOf, sizeOf } from './attributes.ts';
import { checkBatch, checkItem, checkKey } from './check-request.ts';
import { conditionHolds, keyRange, updated } from './expression.ts';
import type { SimulatedTable } from './table.ts';

/** What a command needs of the world around the table. */
export interface Circumstances {
  readonly table: (name: string | undefined) => SimulatedTable;
  /** the instant that a read sees */
  readonly readAt: (consistent: boolean | undefined) => number;
  /** how many of a batch are done */
  readonly done: (count: number) => number;
  /** bytes after which a query's answer ends */
  readonly pageBytes: number;
  /** told of a condition that did not hold */
  readonly onConflict: () => void;
}

/** The commands the store uses, by name; any other is refused. */
export const COMMANDS = {
  GetItemCommand({ table, readAt }: Circumstances, input: GetItemCommandInput) {
    const { pk, sk } = keyOf(input.Key);
    const item = table(input.TableName).get(pk, sk, readAt(input.ConsistentRead));
    return item ? { Item: copyOf(item) } : {};
  },

  PutItemCommand({ table, onConflict }: Circumstances, input: PutItemCommandInput) {
    const item = input.Item as Attributes;
    checkItem(item);
    const { pk, sk } = keyOf(item);
    const there = table(input.TableName).get(pk, sk);
    if (input.ConditionExpression !== undefined && !conditionHolds(input.ConditionExpression, input, there)) {
      onConflict();
      throw conditionFailed();
    }
    table(input.TableName).put(item);
    return {};
  },

  UpdateItemCommand({ table, onConflict }: Circumstances, input: UpdateItemCommandInput) {
    const key = input.Key as Attributes;
    checkKey(key);
    const { pk, sk } = keyOf(key);
    const there = table(input.TableName).get(pk, sk);
    if (input.ConditionExpression !== undefined && !conditionHolds(input.ConditionExpression, input, there)) {
      onConflict();
      throw conditionFailed();
    }
    const item = updated(input.UpdateExpression ?? '', input, there ?? key);
    checkItem(item);
    table(input.TableName).put(item);
    return { Attributes: copyOf(item) };
  },

  QueryCommand({ table, readAt, pageBytes }: Circumstances, input: QueryCommandInput) {
    const { partition, holds } = keyRange(input.KeyConditionExpression ?? '', input);
    const { IndexName, ScanIndexForward = true, Limit = Number.POSITIVE_INFINITY, ExclusiveStartKey: start } = input;
    if (IndexName !== undefined && input.ConsistentRead) throw new Error('an index cannot be read consistently');
    const from = table(input.TableName);
    const index = from.schema.GlobalSecondaryIndexes?.find((one) => one.IndexName === IndexName);
    const sort = index?.KeySchema?.find(({ KeyType }) => KeyType === 'RANGE')?.AttributeName ?? 'sk';
    const at = readAt(index ? false : input.ConsistentRead);
    const all = index ? from.indexed(partition.name, partition.value, sort, at) : from.partition(partition.value, at);
    const found = all.filter((item) => holds(item[sort]?.S as string));
    if (!ScanIndexForward) found.reverse();
    const first = start ? found.findIndex((item) => isBehind(item, start, sort, ScanIndexForward)) : 0;
    const names = index ? ['pk', 'sk', partition.name, sort] : undefined;
    const Items: Record<string, AttributeValue>[] = [];
    let bytes = 0;
    for (const item of first < 0 ? [] : found.slice(first)) {
      Items.push(copyOf(names ? Object.fromEntries(names.map((name) => [name, item[name] as AttributeValue])) : item));
      bytes += sizeOf(item);
      if (Items.length === Limit || bytes >= pageBytes) return { Items, LastEvaluatedKey: Items.at(-1) as Attributes };
    }
    return { Items };
  },

  BatchGetItemCommand({ table, readAt, done }: Circumstances, input: BatchGetItemCommandInput) {
    const [[name, request] = []] = Object.entries(input.RequestItems ?? {});
    const keys = request?.Keys ?? [];
    checkBatch(keys, 100);
    const at = readAt(request?.ConsistentRead);
    const count = done(keys.length);
    const items = keys
      .slice(0, count)
      .map((key) => table(name).get(keyOf(key).pk, keyOf(key).sk, at))
      .filter((item) => item !== undefined);
    const left = keys.slice(count);
    // In no order, as DynamoDB warns.
    return {
      Responses: { [name as string]: items.map(copyOf).reverse() },
      ...(left.length > 0 && { UnprocessedKeys: { [name as string]: { Keys: left } } }),
    };
  },

  BatchWriteItemCommand({ table, done }: Circumstances, input: BatchWriteItemCommandInput) {
    const [[name, requests = []] = []] = Object.entries(input.RequestItems ?? {});
    const items = requests.map(({ PutRequest }) => PutRequest?.Item as Attributes);
    checkBatch(items, 25);
    items.forEach(checkItem);
    const count = done(items.length);
    for (const item of items.slice(0, count)) table(name).put(item);
    const left = requests.slice(count);
    return left.length > 0 ? { UnprocessedItems: { [name as string]: left } } : {};
  },
} as const;

function keyOf(key: Attributes | undefined): { pk: string; sk: string } {
  checkKey(key ?? {});
  return { pk: key?.pk?.S as string, sk: key?.sk?.S as string };
}

function isBehind(item: Attributes, start: Attributes, sort: string, forward: boolean): boolean {
  const [a, b] = [item[sort]?.S as string, start[sort]?.S as string];
  return forward ? a > b : a < b;
}

function conditionFailed(): Error {
  return Object.assign(new Error('The conditional request failed'), { name: 'ConditionalCheckFailedException' });
}
