import type { Accumulator } from '../accumulator.ts';
import type { ByteReader, ByteWriter } from '../bytes.ts';
import { MillraceError } from '../errors.ts';
import { compareValues, readValue, type ScalarValue, writeValue } from './scalar-codec.ts';

/** How many distinct values are counted before the rarer half is discarded, and how many remain then. */
const MOST = 1024;
const KEPT = 512;
/** The same for the characters (UTF-16 code units) of texts. */
const MOST_CHARACTERS = 131_072;
const KEPT_CHARACTERS = 65_536;
/** The greatest k. */
export const MOST_TOP = 100;

/** A value that occurred between `count − error` and `count` times. */
export interface TopValue {
  readonly value: ScalarValue;
  readonly count: number;
  readonly error: number;
}

/** Misra and Gries' counters: each is at most `deducted` below the value's true count; a value without a counter occurred at most `deducted` times. */
class Counters {
  readonly counts = new Map<ScalarValue, number>();
  deducted = 0;
  #characters = 0;

  add(value: ScalarValue, count: number): void {
    this.#count(value, count);
    this.#trim();
  }

  merge(from: Counters): void {
    this.deducted += from.deducted;
    for (const [value, count] of from.counts) this.#count(value, count);
    this.#trim();
  }

  /** The most frequent first; equally frequent ones by value. */
  sorted(): [value: ScalarValue, count: number][] {
    return [...this.counts].sort(([a, m], [b, n]) => n - m || compareValues(a, b));
  }

  #count(value: ScalarValue, count: number): void {
    const before = this.counts.get(value);
    this.counts.set(value, (before ?? 0) + count);
    if (before === undefined && typeof value === 'string') this.#characters += value.length;
  }

  #trim(): void {
    if (this.counts.size <= MOST && this.#characters <= MOST_CHARACTERS) return;
    const sorted = this.sorted();
    let kept = 0;
    for (let characters = 0; kept < Math.min(KEPT, sorted.length); kept++) {
      const [value] = sorted[kept] as [ScalarValue, number];
      if (typeof value === 'string') characters += value.length;
      if (characters > KEPT_CHARACTERS) break;
    }
    const [, deduct] = sorted[kept] as [ScalarValue, number];
    this.deducted += deduct;
    this.counts.clear();
    this.#characters = 0;
    for (const [value, count] of sorted) if (count > deduct) this.#count(value, count - deduct);
  }
}

/**
 * The `k` most frequent values with bounds of their counts, most frequent first: Misra and Gries ("Finding repeated elements", 1982),
 * merged as in Agarwal et al. ("Mergeable summaries", PODS 2012). NULL of nothing.
 *
 * Up to 1,024 different values (with 131,072 characters) the counts are exact: every `error` is 0. Beyond, a value came from
 * `count − error` to `count` times; `error` is at most 1/513 of all values (of texts longer than 128 characters 1/(m + 1), m being
 * how many of them 65,536 characters hold), usually far less, and no value that is not listed came more often than the last `count`. Unlike every other aggregate, how batches and shards were cut can then change a result, within
 * these bounds: no summary of this size that finds the frequent values is free of that.
 *
 * @param k from 1 to 100
 * @throws MillraceError `definition` when `k` is not
 */
export function approxTopK(k: number): Accumulator<Counters, [ScalarValue], TopValue[] | null> {
  if (!(Number.isInteger(k) && k >= 1 && k <= MOST_TOP)) {
    throw new MillraceError('definition', `k must be a whole number from 1 to ${MOST_TOP}, not ${k}`);
  }
  return {
    name: `approx_top_k(${k})`,
    state: 'approx_top_k',
    create: () => new Counters(),
    add: (acc, value) => {
      acc.add(value === 0 ? 0 : value, 1);
      return acc;
    },
    merge: (into, from) => {
      into.merge(from);
      return into;
    },
    result: (acc) => {
      const { deducted } = acc;
      const top = acc.sorted().slice(0, k);
      return top.length === 0 && deducted === 0 ? null : top.map(([value, count]) => ({ value, count: count + deducted, error: deducted }));
    },
    write,
    read,
  };
}

function write(acc: Counters, out: ByteWriter): void {
  out.varuint(acc.deducted);
  out.varuint(acc.counts.size);
  for (const [value, count] of acc.sorted()) {
    writeValue(value, out);
    out.varuint(count);
  }
}

function read(input: ByteReader): Counters {
  const acc = new Counters();
  acc.deducted = input.varuint();
  const size = input.count(2);
  if (size > MOST) throw input.corrupt(`${size} counters`);
  for (let i = 0; i < size; i++) {
    const value = readValue(input);
    const count = input.varuint();
    if (typeof value === 'object' || count === 0) throw input.corrupt('a counter of nothing');
    acc.add(value as ScalarValue, count);
  }
  return acc;
}
