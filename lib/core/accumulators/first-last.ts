import type { Accumulator, Position } from '../accumulator.ts';
import { readValue, writeValue } from './scalar-codec.ts';

/** A value and where it stands. */
interface Placed {
  readonly time: number;
  readonly shard: number;
  readonly ordinal: number;
  readonly value: unknown;
}

/** The value at the least event time; of equal times, by shard and then by place in it. */
export const first = edge('first', -1);

/** The value at the greatest event time; of equal times, by shard and then by place in it. */
export const last = edge('last', 1);

function edge(name: string, sign: number): Accumulator<Placed | null, [unknown, Position], unknown> {
  const replaces = (a: Position, b: Position): boolean => sign * compare(a, b) > 0;
  return {
    name,
    create: () => null,
    // The position is the caller's, who goes on to change it.
    add: (acc, value, position) =>
      acc === null || replaces(position, acc)
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
      out.number(acc.time);
      out.varuint(acc.shard);
      out.varuint(acc.ordinal);
      writeValue(acc.value, out);
    },
    read: (input) =>
      input.byte() === 0 ? null : { time: input.number(), shard: input.varuint(), ordinal: input.varuint(), value: readValue(input) },
  };
}

function compare(a: Position, b: Position): number {
  return a.time - b.time || a.shard - b.shard || a.ordinal - b.ordinal;
}
