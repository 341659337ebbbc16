import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Attributes } from './attributes.ts';

/** An expression's names and values by placeholder. */
export interface Bindings {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Attributes | undefined;
}

/** A condition on a query's keys: the partition, and what the sort key has to fulfil. */
export interface KeyRange {
  readonly partition: { readonly name: string; readonly value: string };
  readonly sort: string | undefined;
  readonly holds: (sortKey: string) => boolean;
}

/**
 * Whether an item fulfils a condition: equality, comparison by number or text, `attribute_exists`, `attribute_not_exists`, with AND before OR.
 * Anything else is refused, so that no condition is taken for fulfilled that was not understood.
 */
export function conditionHolds(expression: string, bindings: Bindings, item: Attributes | undefined): boolean {
  return expression.split(' OR ').some((part) => part.split(' AND ').every((term) => termHolds(term.trim(), bindings, item)));
}

function termHolds(term: string, bindings: Bindings, item: Attributes | undefined): boolean {
  const exists = /^attribute_(not_)?exists\((#\w+)\)$/.exec(term);
  if (exists) return (item?.[nameFor(bindings, exists[2] as string)] !== undefined) !== (exists[1] !== undefined);
  const compared = /^(#\w+) (=|<|<=|>|>=) (:\w+)$/.exec(term);
  if (!compared) throw new Error(`condition not understood: ${term}`);
  const there = item?.[nameFor(bindings, compared[1] as string)];
  return there !== undefined && holds(there, compared[2] as string, valueFor(bindings, compared[3] as string));
}

function holds(there: AttributeValue, operator: string, wanted: AttributeValue): boolean {
  const [a, b] = [scalar(there), scalar(wanted)];
  if (typeof a !== typeof b) return false;
  if (operator === '=') return a === b;
  if (operator === '<') return a < b;
  if (operator === '<=') return a <= b;
  return operator === '>' ? a > b : a >= b;
}

function scalar(value: AttributeValue): string | number {
  if (value.N !== undefined) return Number(value.N);
  if (value.S !== undefined) return value.S;
  throw new Error(`no scalar: ${JSON.stringify(value)}`);
}

/** Reads a query's key condition. */
export function keyRange(expression: string, bindings: Bindings): KeyRange {
  const parsed = /^(#\w+) = (:\w+)(?: AND (#\w+) (?:BETWEEN (:\w+) AND (:\w+)|(<=|>=) (:\w+)))?$/.exec(expression);
  if (!parsed) throw new Error(`key condition not understood: ${expression}`);
  const [, name, value, sort, from, to, operator, bound] = parsed;
  const text = (placeholder: string): string => valueFor(bindings, placeholder).S as string;
  const least = from ?? (operator === '>=' ? bound : undefined);
  const most = to ?? (operator === '<=' ? bound : undefined);
  const [low, high] = [least && text(least), most && text(most)];
  if (low !== undefined && high !== undefined && low > high) throw new Error(`BETWEEN wants its bounds in order: ${low} and ${high}`);
  return {
    partition: { name: nameFor(bindings, name as string), value: text(value as string) },
    sort: sort && nameFor(bindings, sort),
    holds: (key) => (low === undefined || key >= low) && (high === undefined || key <= high),
  };
}

/** An item changed by an update expression of SET and ADD. */
export function updated(expression: string, bindings: Bindings, item: Attributes): Record<string, AttributeValue> {
  const changed = { ...item };
  const parsed = /^(?:SET (.+?))?(?: ?ADD (#\w+) (:\w+))?$/.exec(expression);
  if (!parsed || expression === '') throw new Error(`update not understood: ${expression}`);
  for (const set of parsed[1]?.split(', ') ?? []) {
    const assigned = /^(#\w+) = (:\w+)$/.exec(set);
    if (!assigned) throw new Error(`assignment not understood: ${set}`);
    changed[nameFor(bindings, assigned[1] as string)] = valueFor(bindings, assigned[2] as string);
  }
  if (parsed[2] && parsed[3]) {
    const name = nameFor(bindings, parsed[2]);
    changed[name] = { N: String(Number(changed[name]?.N ?? 0) + Number(valueFor(bindings, parsed[3]).N)) };
  }
  return changed;
}

function nameFor({ ExpressionAttributeNames: names }: Bindings, placeholder: string): string {
  const name = names?.[placeholder];
  if (name === undefined) throw new Error(`no name for ${placeholder}`);
  return name;
}

function valueFor({ ExpressionAttributeValues: values }: Bindings, placeholder: string): AttributeValue {
  const value = values?.[placeholder];
  if (value === undefined) throw new Error(`no value for ${placeholder}`);
  return value;
}
