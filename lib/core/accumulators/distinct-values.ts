import type { ByteReader, ByteWriter } from '../bytes.ts';
import { compareValues, readValue, type ScalarValue, writeValue } from './scalar-codec.ts';

/** The maximum number of distinct values. */
const MOST_DISTINCT = 16_384;
/** How many characters (UTF-16 code units) they may have together. */
const MOST_DISTINCT_CHARACTERS = 262_144;

/** A value among different ones; NULL can be one. */
export type DistinctValue = ScalarValue | null;

/**
 * The distinct values, up to a bound. Beyond it, only the fact that it was exceeded is kept, which depends on
 * the values alone, not on the order in which they arrived or were merged.
 */
export class DistinctValues {
  /** `undefined`: too many */
  values: Set<DistinctValue> | undefined = new Set();
  #characters = 0;

  add(value: DistinctValue): void {
    const values = this.values;
    if (!values || values.has(value)) return;
    values.add(value);
    if (typeof value === 'string') this.#characters += value.length;
    if (values.size > MOST_DISTINCT || this.#characters > MOST_DISTINCT_CHARACTERS) this.values = undefined;
  }

  merge(from: DistinctValues): void {
    if (!from.values) this.values = undefined;
    else for (const value of from.values) this.add(value);
  }

  /** In order: numbers by size, text by code point, NULL last. `undefined`: too many. */
  sorted(): DistinctValue[] | undefined {
    return this.values && [...this.values].sort(compareValues);
  }

  write(out: ByteWriter): void {
    const sorted = this.sorted();
    out.varuint(sorted ? sorted.length + 1 : 0);
    for (const value of sorted ?? []) writeValue(value, out);
  }

  /**
   * @param isValue whether there can be such a value
   * @throws MillraceError `corrupt`
   */
  static read(input: ByteReader, isValue: (value: unknown) => boolean): DistinctValues {
    const acc = new DistinctValues();
    const size = input.varuint() - 1;
    if (size > Math.min(MOST_DISTINCT, input.remaining)) throw input.corrupt(`a set of ${size} values`);
    if (size < 0) acc.values = undefined;
    for (let i = 0; i < size; i++) {
      const value = readValue(input);
      if (!isValue(value)) throw input.corrupt('a set of other values than its column has');
      acc.add(value as DistinctValue);
    }
    return acc;
  }
}

/** A value as sets store it: −0 becomes 0, as it would when read back. */
export function distinctValue(value: DistinctValue): DistinctValue {
  return value === 0 ? 0 : value;
}
