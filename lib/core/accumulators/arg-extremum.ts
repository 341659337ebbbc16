import type { Accumulator, Position } from '../accumulator.ts';
import { comparePositions, readPosition, writePosition } from './position.ts';
import { compareValues, readValue, type ScalarValue, writeValue } from './scalar-codec.ts';

/** A value, the value it is ordered by, and its position. */
interface Chosen {
  readonly value: unknown;
  readonly by: ScalarValue;
  readonly position: Position;
}

/** The value in the row in which another one is least; of several such rows, of the first by event time, shard and place in it. */
export const argMin = argExtremum('arg_min', 1);

/** The value in the row in which another one is greatest; of several such rows, of the first by event time, shard and place in it. */
export const argMax = argExtremum('arg_max', -1);

function argExtremum(name: string, sign: number): Accumulator<Chosen | null, [unknown, ScalarValue, Position], unknown> {
  const beats = (by: ScalarValue, position: Position, held: Chosen): boolean => {
    const order = sign * compareValues(by, held.by) || comparePositions(position, held.position);
    return order < 0;
  };
  return {
    name,
    create: () => null,
    // A copy, because the caller reuses the position object.
    add: (acc, value, by, position) =>
      acc === null || beats(by, position, acc) ? { value, by: typeof by === 'number' ? by + 0 : by, position: { ...position } } : acc,
    merge: (into, from) => (from !== null && (into === null || beats(from.by, from.position, into)) ? from : into),
    result: (acc) => acc?.value ?? null,
    write: (acc, out) => {
      out.byte(acc === null ? 0 : 1);
      if (acc === null) return;
      writeValue(acc.value, out);
      writeValue(acc.by, out);
      writePosition(acc.position, out);
    },
    read: (input) => {
      if (!input.flag()) return null;
      const value = readValue(input);
      const by = readValue(input);
      if (typeof by === 'object') throw input.corrupt(`an ${name} by what has no order`);
      return { value, by: by as ScalarValue, position: readPosition(input) };
    },
  };
}
