import { type Format, MOST_EVENTS, type Part, TOO_MANY_EVENTS, undecodable } from './format.ts';
import { JoinedJson } from './json/joined-json.ts';
import { elementsOf } from './json/json-elements.ts';
import { jsonValues } from './json/json-values.ts';

/** Several JSON values in a payload, on separate lines or concatenated; each element of an array is one event. */
export const NDJSON: Format = {
  kind: 'format',
  name: 'ndjson',
  gzip: true,
  decode(payload) {
    const values = parsedValues(payload);
    if (values.length === 0) return undecodable('it is empty', payload);
    const parts: Part[] = [];
    const places: (readonly [value: number, element: number])[] = [];
    for (const [i, { parts: own }] of values.entries()) {
      for (const [element, part] of own.entries()) {
        parts.push(part);
        places.push([i, element]);
      }
      if (parts.length > MOST_EVENTS) return undecodable(TOO_MANY_EVENTS, payload);
    }
    return {
      parts,
      own(part) {
        const [value, element] = places[part] as (typeof places)[number];
        const { text, parts: all } = values[value] as ParsedValue;
        return all.length === 1 ? text : (elementsOf(text)[element] as Uint8Array);
      },
    };
  },
};

/** A JSON value of several, and what it holds. */
export interface ParsedValue {
  readonly text: Uint8Array;
  readonly parts: readonly Part[];
}

/** Parses the JSON values of a text that may hold several. */
export function parsedValues(payload: Uint8Array): ParsedValue[] {
  const texts = jsonValues(payload, MOST_EVENTS + 1);
  if (texts.length > MOST_EVENTS) return [{ text: payload, parts: [{ reason: TOO_MANY_EVENTS }] }];
  const joined = new JoinedJson(payload.length, texts.length);
  for (const text of texts) joined.addBytes(text);
  const parsed = joined.parse();
  return texts.map((text, i) => ({ text, parts: parsed[i] as Part[] }));
}
