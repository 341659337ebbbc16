import { formatInstant } from '../core/instant.ts';
import { parseJson, refuseDeep } from '../core/json.ts';
import { KEPT_BYTES_PER_EVENT } from '../core/step.ts';
import type { KeptEvent } from '../runtime/read/query.ts';

/** What a late event or a dead letter held, in the plainest form that says it. */
interface Content {
  /** its value, when it is JSON */
  readonly event?: unknown;
  /** as it came, when it is UTF-8 and `event` does not say it exactly */
  readonly text?: string;
  /** as it came, when it is not UTF-8 */
  readonly base64?: string;
  /** whether its end, or all of it, was not kept */
  readonly truncated: boolean;
}

/**
 * A late event or a dead letter as it is sent.
 *
 * @param partitionKey the column producers partition by, where that is to be told
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
  // Whoever looks for what was wrong must not see a number that was rounded on the way.
  return { event: json.value, ...(json.again === text ? {} : { text }), truncated: false };
}

/** By which key a producer put an event, as far as it says so itself: records' keys are not kept. */
function partitionKeyOf(bytes: Uint8Array | undefined, column: string): string | undefined {
  const text = bytes && decode(bytes, false);
  if (text === undefined || !parse(text)) return undefined;
  const event = parseJson(text);
  if (typeof event !== 'object' || event === null || !Object.hasOwn(event, column)) return undefined;
  const value = (event as Record<string, unknown>)[column];
  if (value === null || typeof value === 'object') return undefined;
  const key = String(value);
  // What Kinesis takes.
  return key.length >= 1 && key.length <= 256 ? key : undefined;
}

/** A cut can be in the middle of a character: what is left of it is no reason to show bytes. */
function decode(bytes: Uint8Array, cut: boolean): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: cut });
  } catch {
    return undefined;
  }
}

/** The value a JSON text has and how it is written again; nesting too deep to answer with counts as no JSON. */
function parse(text: string): { readonly value: unknown; readonly again: string } | undefined {
  try {
    refuseDeep(text);
    const value: unknown = JSON.parse(text);
    return { value, again: JSON.stringify(value) };
  } catch {
    return undefined;
  }
}
