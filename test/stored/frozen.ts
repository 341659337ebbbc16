// What is frozen, as files: JSON in which bytes are base64.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatJson, parseJson } from '../../lib/core/json.ts';
import type { Item, Value } from '../../lib/store/items/item.ts';
import type { Played, Tables } from './played.ts';

/** A frozen life of a stream. */
export interface Frozen extends Played {
  readonly tables: Tables;
}

const folder = (format: number): string => join(import.meta.dirname, `format-${format}`);

/** Whether a file of a format is there. */
export function isFrozen(format: number, name: string): boolean {
  return existsSync(join(folder(format), `${name}.json`));
}

/** Writes a file of a format, once and for all. */
export function freeze(format: number, name: string, value: unknown): void {
  mkdirSync(folder(format), { recursive: true });
  const text = formatJson(value).replaceAll(/(\{"(?:pk|at|fn)":)/g, '\n$1');
  writeFileSync(join(folder(format), `${name}.json`), `${text}\n`, { flag: 'wx' });
}

/** Reads a file of a format. */
export function thawed(format: number, name: string): unknown {
  return parseJson(readFileSync(join(folder(format), `${name}.json`), 'utf8'));
}

/** Items as JSON can hold them, by key. */
export function frozenItems(items: readonly Item[]): Record<string, unknown>[] {
  const sorted = [...items].sort((a, b) => (a.pk === b.pk ? (a.sk < b.sk ? -1 : 1) : a.pk < b.pk ? -1 : 1));
  return sorted.map(({ pk, sk, ...rest }) => ({ pk, sk, ...Object.fromEntries(Object.entries(rest).map(([k, v]) => [k, shown(v)])) }));
}

/** The items {@link frozenItems} was given. */
export function thawedItems(items: readonly Record<string, unknown>[]): Item[] {
  return items.map((item) => Object.fromEntries(Object.entries(item).map(([k, v]) => [k, read(v)])) as Item);
}

function shown(value: Value): unknown {
  return value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value;
}

function read(value: unknown): Value {
  const bytes = (value as { base64?: string } | null)?.base64;
  return bytes === undefined ? (value as Value) : new Uint8Array(Buffer.from(bytes, 'base64'));
}
