import type { Accumulator } from '../accumulator.ts';
import type { ByteReader, ByteWriter } from '../bytes.ts';
import { HYPERLOGLOG_BITS, hashValue } from '../stored.ts';

/** 2^12 registers: a standard error of 1.04 / √4096 = 1.6 %. */
const BITS = HYPERLOGLOG_BITS;
const REGISTERS = 2 ** BITS;
/** Bits of the hash that are left for the rank. */
const RANK_BITS = 52;
/** Above this number of registers, a plain array takes less memory than a map. */
const MOST_SPARSE = 512;

const SPARSE = 0;
const DENSE = 1;

/** HyperLogLog's registers: the greatest rank seen of each. Few are kept as a map. */
class Registers {
  sparse: Map<number, number> | undefined = new Map();
  dense: Uint8Array | undefined;

  raise(register: number, rank: number): void {
    if (this.dense) {
      if (rank > (this.dense[register] as number)) this.dense[register] = rank;
      return;
    }
    const sparse = this.sparse as Map<number, number>;
    if (rank > (sparse.get(register) ?? 0)) sparse.set(register, rank);
    if (sparse.size > MOST_SPARSE) {
      const dense = new Uint8Array(REGISTERS);
      for (const [at, value] of sparse) dense[at] = value;
      this.dense = dense;
      this.sparse = undefined;
    }
  }

  *entries(): Iterable<[register: number, rank: number]> {
    if (this.sparse) yield* this.sparse;
    else for (let i = 0; i < REGISTERS; i++) if ((this.dense as Uint8Array)[i] !== 0) yield [i, (this.dense as Uint8Array)[i] as number];
  }
}

/**
 * About how many different values there are: HyperLogLog (Flajolet, Fusy, Gandouet, Meunier 2007) with Ertl's estimator
 * ("New cardinality estimation algorithms for HyperLogLog sketches", 2017), which needs no correction of its bias.
 * Standard error 1.6 %; merging gives exactly the sketch of all values.
 */
export const approxCountDistinct: Accumulator<Registers, [number | string | boolean | Date], number> = {
  name: 'approx_count_distinct',
  create: () => new Registers(),
  add: (acc, value) => {
    const [high, low] = hash(value);
    const register = high >>> (32 - BITS);
    const rest = (high << BITS) >>> 0;
    // The position of the first one among the 52 bits that follow the register's number.
    const zeros = rest !== 0 ? Math.clz32(rest) : 32 - BITS + Math.clz32(low);
    acc.raise(register, Math.min(zeros, RANK_BITS) + 1);
    return acc;
  },
  merge: (into, from) => {
    for (const [register, rank] of from.entries()) into.raise(register, rank);
    return into;
  },
  result: (acc) => Math.round(estimate(acc)),
  write,
  read,
};

/** 1 and '1' are different values, 0 and −0 are not. */
function hash(value: number | string | boolean | Date): readonly [high: number, low: number] {
  const text = typeof value === 'string' ? value : value instanceof Date ? value.toISOString() : String(value === 0 ? 0 : value);
  return hashValue(typeof value === 'string' || value instanceof Date ? 1 : typeof value === 'number' ? 2 : 3, text);
}

/** Ertl 2017, algorithm 6. */
function estimate(acc: Registers): number {
  const counts = new Array<number>(RANK_BITS + 2).fill(0);
  let used = 0;
  for (const [, rank] of acc.entries()) {
    counts[rank] = (counts[rank] as number) + 1;
    used++;
  }
  counts[0] = REGISTERS - used;
  let z = REGISTERS * tau(1 - (counts[RANK_BITS + 1] as number) / REGISTERS);
  for (let rank = RANK_BITS; rank >= 1; rank--) z = 0.5 * (z + (counts[rank] as number));
  z += REGISTERS * sigma((counts[0] as number) / REGISTERS);
  return (REGISTERS * REGISTERS) / (2 * Math.LN2) / z;
}

function sigma(start: number): number {
  if (start === 1) return Number.POSITIVE_INFINITY;
  let x = start;
  let y = 1;
  let z = x;
  for (let before = Number.NaN; before !== z; ) {
    before = z;
    x *= x;
    z += x * y;
    y += y;
  }
  return z;
}

function tau(start: number): number {
  if (start === 0 || start === 1) return 0;
  let x = start;
  let y = 1;
  let z = 1 - x;
  for (let before = Number.NaN; before !== z; ) {
    before = z;
    x = Math.sqrt(x);
    y *= 0.5;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}

function write(acc: Registers, out: ByteWriter): void {
  if (acc.sparse) {
    out.byte(SPARSE);
    out.varuint(acc.sparse.size);
    let before = -1;
    for (const [register, rank] of [...acc.sparse].sort(([a], [b]) => a - b)) {
      out.varuint(register - before - 1);
      out.byte(rank);
      before = register;
    }
  } else {
    out.byte(DENSE);
    for (const rank of acc.dense as Uint8Array) out.byte(rank);
  }
}

function read(input: ByteReader): Registers {
  const acc = new Registers();
  const form = input.byte();
  if (form > DENSE) throw input.corrupt('a sketch of an unknown form');
  const count = form === SPARSE ? input.count(2) : REGISTERS;
  if (count > (form === SPARSE ? MOST_SPARSE : REGISTERS)) throw input.corrupt(`a sketch of ${count} registers`);
  let register = -1;
  for (let i = 0; i < count; i++) {
    register += form === SPARSE ? input.varuint() + 1 : 1;
    const rank = input.byte();
    if (register >= REGISTERS || rank > RANK_BITS + 1) throw input.corrupt('a register is out of range');
    if (rank > 0) acc.raise(register, rank);
  }
  return acc;
}
