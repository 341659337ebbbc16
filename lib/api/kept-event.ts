import { formatInstant } from '../core/instant.ts';
import { parseJson, refuseDeep } from '../core/json.ts';
import { KEPT_BYTES_PER_EVENT } from '../core/step.ts';
import type { KeptEvent } from '../runtime/read/query.ts';

/** The content of a late event or a dead letter, in the simplest form that represents it. */
interface Content {
  /** its value, if it is JSON */
  readonly event?: unknown;
  /** the original text, if it is UTF-8 and `event` does not reproduce it exactly */
  readonly text?: string;
  /** the original bytes, if they are not UTF-8 */
  readonly base64?: string;
  /** whether it was truncated, possibly to nothing */
  readonly truncated: boolean;
}

/**
 * A late event or a dead letter in the API.
 *
 * @param partitionKey the column with the partition key, if it is to be shown
 */
export function keptEventBody(kept: KeptEvent, partitionKey?: string): Record<string, unknown> {
  const key = partitionKey === undefined ? undefined : partitionKeyOf(kept.bytes, partitionKey);
  return {
    shard: kept.shard,
    sequence: kept.sequence,
    arrival: formatInstant(kept.arrival),
    committed_at: formatInstant(kept.committedAt),
    ...(kept.time === undefined ? {} : { event_time: formatInstant(kept.time) }),
    ...(kept.views === undefined ? {} : { views: kept.views }),
    ...(kept.reason === undefined ? {} : { reason: kept.reason }),
    ...(key === undefined ? {} : { partition_key: key }),
    ...contentOf(kept.bytes),
  };
}

function contentOf(bytes: Uint8Array | undefined): Content {
  if (!bytes) return { truncated: true };
  const atCap = bytes.length >= KEPT_BYTES_PER_EVENT;
  const text = decode(bytes, atCap);
  if (text === undefined) return { base64: Buffer.from(bytes).toString('base64'), truncated: atCap };
  const json = parse(text);
  if (!json) return { text, truncated: atCap };
  // A reader who looks for the error must not see a rounded number.
  return { event: json.value, ...(json.again === text ? {} : { text }), truncated: false };
}

/** The partition key of an event, if the event contains it; the keys of records are not kept. */
function partitionKeyOf(bytes: Uint8Array | undefined, column: string): string | undefined {
  const text = bytes && decode(bytes, false);
  if (text === undefined || !parse(text)) return undefined;
  const event = parseJson(text);
  if (typeof event !== 'object' || event === null || !Object.hasOwn(event, column)) return undefined;
  const value = (event as Record<string, unknown>)[column];
  if (value === null || typeof value === 'object') return undefined;
  const key = String(value);
  // The limits of Kinesis.
  return key.length >= 1 && key.length <= 256 ? key : undefined;
}

/** Truncation can split a character; then the text is still shown as text. */
function decode(bytes: Uint8Array, cut: boolean): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: cut });
  } catch {
    return undefined;
  }
}

/** The value of a JSON text and its canonical text; JSON that is nested too deeply for an answer counts as text. */
function parse(text: string): { readonly value: unknown; readonly again: string } | undefined {
  try {
    refuseDeep(text);
    const value: unknown = JSON.parse(text);
    return { value, again: JSON.stringify(value) };
  } catch {
    return undefined;
  }
}
