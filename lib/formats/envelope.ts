import { formatJson } from '../core/json.ts';
import { type Format, MOST_EVENTS, type Part, TOO_MANY_EVENTS, undecodable } from './format.ts';
import { parsedValues } from './ndjson.ts';

/** An object as a service sends it. */
export type Envelope = Readonly<Record<string, unknown>>;

/** An event out of an envelope. */
export interface Unwrapped {
  readonly value: Envelope;
  /** the envelope with only this event, if it contains several */
  readonly alone?: Envelope;
}

/**
 * The format of a service that wraps its events: one JSON object in a payload, or several.
 *
 * @param unwrap returns the events in an envelope (none for control messages), or why it is not one of the service
 */
export function envelopes(
  name: string,
  unwrap: (envelope: Envelope) => readonly Unwrapped[] | string,
  options: Pick<Format, 'mostInflated'> = {},
): Format {
  return {
    kind: 'format',
    name,
    gzip: true,
    ...options,
    decode(payload) {
      const values = parsedValues(payload);
      if (values.length === 0) return undecodable('it is empty', payload);
      const parts: Part[] = [];
      const own: (() => Uint8Array)[] = [];
      const add = (part: Part, bytes: () => Uint8Array): void => {
        parts.push(part);
        own.push(bytes);
      };
      for (const { text, parts: wrapped } of values) {
        for (const part of wrapped) {
          if ('reason' in part) {
            add(part, () => text);
            continue;
          }
          if (parts.length > MOST_EVENTS) return undecodable(TOO_MANY_EVENTS, payload);
          const found = isEnvelope(part.value) ? unwrap(part.value) : 'expected a JSON object';
          if (typeof found === 'string') add({ reason: `not of format '${name}': ${found}` }, () => text);
          else for (const { value, alone } of found) add({ value }, () => (alone ? Buffer.from(formatJson(alone)) : text));
        }
      }
      return { parts, own: (part) => (own[part] as () => Uint8Array)() };
    },
  };
}

/** Whether a value is an object with names. */
export function isEnvelope(value: unknown): value is Envelope {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
