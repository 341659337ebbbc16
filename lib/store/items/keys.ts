import { createHash } from 'node:crypto';
import type { ITEM_PARTS, NOTE_PARTS } from '../../core/stored.ts';
import type { TaskId, ViewId } from '../ports.ts';
import type { Key } from './item.ts';

const MAX_PARTITION_KEY = 2048;
/** The range of instants in sort keys: event times have years of four digits, and window bounds are close to them. */
const MAX_INSTANT = 1e15;
const YEAR_0 = Date.parse('0000-01-01T00:00:00Z');
const YEAR_10000 = Date.parse('+010000-01-01T00:00:00Z');

/** What kind of item a partition holds. */
type ItemPart = (typeof ITEM_PARTS | typeof NOTE_PARTS)[number];

/** A partition key of unambiguously separated parts; hashed if it exceeds DynamoDB's maximum length. */
export function partition(...parts: readonly (string | number)[]): string {
  const key = parts.map((part) => String(part).replaceAll('%', '%25').replaceAll('#', '%23')).join('#');
  return Buffer.byteLength(key) > MAX_PARTITION_KEY ? `~${digest(key)}` : key;
}

/** The partition of something a task has. */
export function taskPartition(task: TaskId, part: ItemPart, ...what: readonly (string | number)[]): string {
  return partition(task.application, task.stream, task.shard, part, ...what);
}

/** The partition of something a stream has. */
export function streamPartition({ application, stream }: Omit<TaskId, 'shard'>, ...what: readonly ItemPart[]): string {
  return partition(application, stream, ...what);
}

/** The partition of something a view has. */
export function viewPartition({ application, view }: ViewId, part: ItemPart, ...what: readonly number[]): string {
  return partition(application, view, part, ...what);
}

/**
 * A readable row's key: `shop#page_views#row#/a`, so that it can be found by hand. Encoded keys of several parts come as
 * `…#row=["/a",1]`; one that DynamoDB cannot hold as `…#row~` and its SHA-256.
 */
export function rowKey(view: ViewId, key: string, window: { readonly start: number; readonly end: number }): Key {
  const prefix = viewPartition(view, 'row');
  const pk = key.startsWith('\0') ? `${prefix}=${key.slice(1)}` : `${prefix}#${key}`;
  const fits = key.isWellFormed() && Buffer.byteLength(pk) <= MAX_PARTITION_KEY;
  return { pk: fits ? pk : `${prefix}~${digest(key)}`, sk: windowKey(window) };
}

/** A window as text that sorts by its start, then its end. */
export function windowKey({ start, end }: { readonly start: number; readonly end: number }): string {
  return `${instantKey(start)}/${instantKey(end)}`;
}

/** Sorts after every {@link windowKey} of windows that start at an instant, and before those that start later. */
export function afterWindowsAt(start: number): string {
  return `${instantKey(start)}0`;
}

/** An entry's place in its log. */
export function indexKey(index: number): string {
  return String(index).padStart(16, '0');
}

/** An instant as readable text that sorts by time: ISO 8601 for years of four digits. Infinities map to the ends of the range. */
export function instantKey(instant: number): string {
  const ms = Math.max(-MAX_INSTANT, Math.min(MAX_INSTANT, instant));
  if (ms < YEAR_0) return `-${String(ms + MAX_INSTANT).padStart(16, '0')}`;
  return ms < YEAR_10000 ? new Date(ms).toISOString() : `:${String(ms).padStart(16, '0')}`;
}

/** SHA-256 over UTF-16 code units, because UTF-8 maps different ill-formed texts to the same bytes. */
function digest(text: string): string {
  return createHash('sha256').update(text, 'utf16le').digest('hex');
}
