import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item, Value } from '../../store/items/item.ts';

/** An item as DynamoDB's API takes it. */
export function toAttributes(item: { readonly [attribute: string]: Value }): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, toAttribute(value)]));
}

/** A value as DynamoDB's API takes it; numbers are text there. */
export function toAttribute(value: Value): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  if (value instanceof Uint8Array) return { B: value };
  if (Array.isArray(value)) return { L: value.map(toAttribute) };
  return { M: toAttributes(value as { readonly [name: string]: Value }) };
}

/** What {@link toAttributes} was given. */
export function fromAttributes(attributes: Record<string, AttributeValue>): Item {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, fromAttribute(value)])) as unknown as Item;
}

function fromAttribute(value: AttributeValue): Value {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  // Plain bytes, whichever subclass the SDK made.
  if (value.B !== undefined) return new Uint8Array(value.B.buffer, value.B.byteOffset, value.B.byteLength);
  if (value.L !== undefined) return value.L.map(fromAttribute);
  if (value.M !== undefined) return Object.fromEntries(Object.entries(value.M).map(([name, v]) => [name, fromAttribute(v)]));
  return null;
}
