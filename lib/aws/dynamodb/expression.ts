import type { AttributeValue, QueryCommandInput, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { INDEXES, type Value } from '../../store/items/item.ts';
import type { ItemChange, ItemQuery } from '../../store/items/item-table.ts';
import { toAttribute } from './attribute-value.ts';

/** Names and values of an expression, by placeholder: any name may be one of DynamoDB's 573 reserved words. */
export class Placeholders {
  readonly #names = new Map<string, string>();
  readonly #values: Record<string, AttributeValue> = {};
  #next = 0;

  name(attribute: string): string {
    const known = this.#names.get(attribute);
    if (known) return known;
    const placeholder = `#n${this.#names.size}`;
    this.#names.set(attribute, placeholder);
    return placeholder;
  }

  value(value: Value): string {
    const placeholder = `:v${this.#next++}`;
    this.#values[placeholder] = toAttribute(value);
    return placeholder;
  }

  /** The members of a request; values are left out when there are none, which DynamoDB insists on. */
  members(): { ExpressionAttributeNames: Record<string, string>; ExpressionAttributeValues?: Record<string, AttributeValue> } {
    const ExpressionAttributeNames = Object.fromEntries(Array.from(this.#names, ([attribute, placeholder]) => [placeholder, attribute]));
    return this.#next > 0 ? { ExpressionAttributeNames, ExpressionAttributeValues: this.#values } : { ExpressionAttributeNames };
  }
}

/** The condition of a put: no item is there, or one with these attributes. */
export function putCondition(expected: { readonly [attribute: string]: string | number } | undefined): {
  ConditionExpression: string;
} & ReturnType<Placeholders['members']> {
  const p = new Placeholders();
  const ConditionExpression = expected
    ? Object.entries(expected)
        .map(([attribute, value]) => `${p.name(attribute)} = ${p.value(value)}`)
        .join(' AND ')
    : `attribute_not_exists(${p.name('pk')})`;
  return { ConditionExpression, ...p.members() };
}

/** A query's key condition. */
export function keyCondition({ pk, from, to, index }: ItemQuery): Pick<QueryCommandInput, 'KeyConditionExpression'> {
  const { partition, sort } = index ? INDEXES[index] : { partition: 'pk', sort: 'sk' };
  const p = new Placeholders();
  const conditions = [`${p.name(partition)} = ${p.value(pk)}`];
  if (from !== undefined && to !== undefined) conditions.push(`${p.name(sort)} BETWEEN ${p.value(from)} AND ${p.value(to)}`);
  else if (from !== undefined) conditions.push(`${p.name(sort)} >= ${p.value(from)}`);
  else if (to !== undefined) conditions.push(`${p.name(sort)} <= ${p.value(to)}`);
  return { KeyConditionExpression: conditions.join(' AND '), ...p.members() };
}

/** An update and its condition. */
export function updateExpression({ set = {}, add, when }: ItemChange): Pick<UpdateItemCommandInput, 'UpdateExpression'> {
  const p = new Placeholders();
  const sets = Object.entries(set).map(([attribute, value]) => `${p.name(attribute)} = ${p.value(value)}`);
  const parts = [];
  if (sets.length > 0) parts.push(`SET ${sets.join(', ')}`);
  if (add) parts.push(`ADD ${p.name(add.attribute)} ${p.value(add.by)}`);
  const UpdateExpression = parts.join(' ');
  if (when === undefined) return { UpdateExpression, ...p.members() };
  if (when === 'exists') {
    const ConditionExpression = `attribute_exists(${p.name('pk')})`;
    return { UpdateExpression, ...{ ConditionExpression }, ...p.members() };
  }
  const name = p.name(when.attribute);
  if ('is' in when) return { UpdateExpression, ...{ ConditionExpression: `${name} = ${p.value(when.is)}` }, ...p.members() };
  const ConditionExpression = `attribute_not_exists(${name}) OR ${name} < ${p.value(when.below)}`;
  return { UpdateExpression, ...{ ConditionExpression }, ...p.members() };
}
