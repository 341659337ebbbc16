import { gunzipSync } from 'node:zlib';
import type { Payload } from './spec.ts';

/** An event, or `undefined` for something that is none. */
export type Found = Payload | undefined;

/** What a record holds: one JSON value or a list of them, maybe compressed. */
export function readRecord(data: Uint8Array): Found[] {
  try {
    const bytes = data[0] === 0x1f && data[1] === 0x8b ? gunzipSync(data) : data;
    const value: unknown = JSON.parse(Buffer.from(bytes).toString());
    return (Array.isArray(value) ? value : [value]).map(toPayload);
  } catch {
    return [undefined];
  }
}

function toPayload(value: unknown): Found {
  const { id, k, u, v, b, at } = (value ?? {}) as { readonly [name in keyof Payload]?: unknown };
  const time = typeof at === 'string' ? Date.parse(at) : Number.NaN;
  const fits =
    typeof id === 'number' &&
    typeof k === 'string' &&
    typeof u === 'string' &&
    (v === null || typeof v === 'number') &&
    typeof b === 'boolean' &&
    Number.isFinite(time);
  return fits ? { ...(value as Payload), at: time } : undefined;
}
