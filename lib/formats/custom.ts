import { formatJson, parseJson, storableJson } from '../core/json.ts';
import type { CustomFormat, Format, Part } from './format.ts';
import { undecodable } from './format.ts';
import { isWellFormed } from './json/well-formed.ts';

/**
 * A user-defined format. Its values are converted to JSON and back, so that they are always valid JSON values. If a payload has several
 * values, a late or dead one is kept as JSON, because the payload would include its neighbours.
 */
export function customFormat({ decode }: CustomFormat): Format {
  return {
    kind: 'format',
    name: 'custom',
    gzip: false,
    decode(payload) {
      let values: readonly unknown[];
      try {
        // A copy, because the function may change the bytes, which are kept for dead letters.
        values = decode(new Uint8Array(payload));
      } catch (error) {
        return undecodable(
          `decode failed: ${error instanceof Error ? error.message : String(error)}`.slice(0, 500).toWellFormed(),
          payload,
        );
      }
      if (!Array.isArray(values)) return undecodable('decode gave no array of values', payload);
      const parts = values.map(partOf);
      return { parts, own: (part) => (parts.length === 1 ? payload : ownJson(parts[part] as Part)) };
    },
  };
}

function partOf(given: unknown): Part {
  try {
    const value = parseJson(storableJson(given));
    return isWellFormed(value) ? { value } : { reason: 'a text holds a lone surrogate' };
  } catch (error) {
    return { reason: `decode gave a value that is no JSON: ${(error as Error).message}`.slice(0, 500) };
  }
}

function ownJson(part: Part): Uint8Array {
  return Buffer.from('value' in part ? formatJson(part.value) : '');
}
