/** A sequence number taken apart as kinesalite does; of version 2, which all new streams have. */
export interface SequenceParts {
  readonly shardCreateTime: number;
  readonly seqIx: string;
  readonly byte1: string;
  readonly seqTime: number;
  readonly shardIx: number;
  readonly version: number;
}

/** Hexadecimal digits of a sequence number of version 2; the first and the last of them is a 2. */
const SHAPE = /^2([0-9a-f]{9})[0-9a-f]([0-7][0-9a-f]{15})([0-9a-f]{2})([0-9a-f]{9})([0-7][0-9a-f]{7})2$/;
/** From here on kinesalite refuses the time at which the shard was made. */
const LATEST_SHARD = 16_025_175_000;

/**
 * The same as kinesalite's own `parseSequence`, which converts between bases digit by digit and so takes as long as everything
 * else that reading a record takes.
 *
 * @param seq a sequence number in decimal digits
 * @param otherwise kinesalite's own, for what is not a sequence number of version 2
 */
export function parseSequence<T>(seq: string, otherwise: (seq: string) => T): SequenceParts | T {
  const [, created = '', index = '', byte1 = '', time = '', shard = ''] =
    (/^\d{56}$/.test(seq) && SHAPE.exec(BigInt(seq).toString(16))) || [];
  const seconds = Number.parseInt(created, 16);
  if (!(seconds < LATEST_SHARD)) return otherwise(seq);
  return {
    shardCreateTime: seconds * 1000,
    seqIx: BigInt(`0x${index}`).toString(),
    byte1,
    seqTime: Number.parseInt(time, 16) * 1000,
    shardIx: Number.parseInt(shard, 16),
    version: 2,
  };
}
