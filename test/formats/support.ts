import { decodePayload } from '../../lib/formats/decode-payload.ts';
import type { Format } from '../../lib/formats/format.ts';

/** What a payload holds: its values, and `dead: reason` for what has none. */
export function valuesOf(format: Format | undefined, payload: string | Uint8Array): unknown[] {
  return decodePayload(Buffer.from(payload), format).parts.map((part) => ('reason' in part ? `dead: ${part.reason}` : part.value));
}

/** Each part's own payload decoded again: what putting it back gives. */
export function putBack(format: Format | undefined, payload: string | Uint8Array): unknown[][] {
  const { parts, own } = decodePayload(Buffer.from(payload), format);
  return parts.map((_, i) => valuesOf(format, own(i)));
}
