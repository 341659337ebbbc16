import type { Accumulator } from '../accumulator.ts';
import { compareValues, readValue, type ScalarValue, writeValue } from './scalar-codec.ts';

/** What can be compared; a `Date` is kept as ISO 8601 text. */
type Ordered = ScalarValue;

/** The least value, or NULL. */
export const min = extremum('min', (a, b) => compareValues(a, b) < 0);

/** The greatest value, or NULL. */
export const max = extremum('max', (a, b) => compareValues(a, b) > 0);

function extremum(
  name: 'min' | 'max',
  beats: (a: Ordered, b: Ordered) => boolean,
): Accumulator<Ordered | null, [Ordered | Date], Ordered | null> {
  const least = name === 'min';
  const merge = (into: Ordered | null, from: Ordered | null): Ordered | null => {
    if (typeof from === 'number' && typeof into === 'number') return (least ? from < into : from > into) ? from : into;
    if (from === null || into === from) return into;
    if (into === null) return from;
    return beats(from, into) ? from : into;
  };
  return {
    name,
    create: () => null,
    add: (acc, value) => {
      if (typeof value === 'number' && typeof acc === 'number') return (least ? value < acc : value > acc) ? value : acc;
      // −0 would come back as 0: it is stored as a whole number.
      return merge(acc, value instanceof Date ? value.toISOString() : typeof value === 'number' ? value + 0 : value);
    },
    merge,
    result: (acc) => acc,
    write: writeValue,
    read: (input) => {
      const value = readValue(input);
      if (typeof value === 'object' && value !== null) throw input.corrupt(`a ${name} that has no order`);
      return value as Ordered | null;
    },
  };
}
