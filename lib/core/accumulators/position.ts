import type { Position } from '../accumulator.ts';
import type { ByteReader, ByteWriter } from '../bytes.ts';

/** By event time; of equal times, by shard and then by place in it. */
export function comparePositions(a: Position, b: Position): number {
  return a.time - b.time || a.shard - b.shard || a.ordinal - b.ordinal;
}

export function writePosition(position: Position, out: ByteWriter): void {
  out.number(position.time);
  out.varuint(position.shard);
  out.varuint(position.ordinal);
}

/** @throws MillraceError `corrupt` */
export function readPosition(input: ByteReader): Position {
  const position = { time: input.number(), shard: input.varuint(), ordinal: input.varuint() };
  if (!Number.isFinite(position.time)) throw input.corrupt('an event without a time');
  return position;
}
