import type { Accumulator, Position } from '../accumulator.ts';
import { comparePositions, readPosition, writePosition } from './position.ts';
import { readValue, writeValue } from './scalar-codec.ts';

/** A value and where it stands. */
interface Placed extends Position {
  readonly value: unknown;
}

/** The value, NULL included, at the least event time; of equal times, by shard and then by place in it. */
export const first = edge('first', -1);

/** The value, NULL included, at the greatest event time; of equal times, by shard and then by place in it. */
export const last = edge('last', 1);

function edge(name: string, sign: number): Accumulator<Placed | null, [unknown, Position], unknown> {
  const replaces = (a: Position, b: Position): boolean => sign * comparePositions(a, b) > 0;
  // Of one place there are rows of one event only, which come in their order.
  const replacesAdded = (a: Position, b: Position): boolean => replaces(a, b) || (sign > 0 && comparePositions(a, b) === 0);
  return {
    name,
    create: () => null,
    // A copy, because the caller reuses the position object.
    add: (acc, value, position) =>
      acc === null || replacesAdded(position, acc)
        ? {
            time: position.time,
            shard: position.shard,
            ordinal: position.ordinal,
            value: value instanceof Date ? value.toISOString() : value,
          }
        : acc,
    merge: (into, from) => (from !== null && (into === null || replaces(from, into)) ? from : into),
    result: (acc) => acc?.value ?? null,
    write: (acc, out) => {
      out.byte(acc === null ? 0 : 1);
      if (acc === null) return;
      writePosition(acc, out);
      writeValue(acc.value, out);
    },
    read: (input) => (input.flag() ? { ...readPosition(input), value: readValue(input) } : null),
  };
}
