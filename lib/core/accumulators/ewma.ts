import type { Accumulator, Position } from '../accumulator.ts';
import type { ByteReader, ByteWriter } from '../bytes.ts';
import { MillraceError } from '../errors.ts';
import { ExactSum } from './exact-sum.ts';
import { twoProduct } from './expansion.ts';

/** Half-lives after which a value counts for nothing: 2^-64 is less than a double tells apart. */
const REACH = 64;

/** The weights and the weighted values of one half-life, exactly. */
interface Span {
  readonly weights: ExactSum;
  readonly values: ExactSum;
}

/** By half-life since the epoch, the newest {@link REACH} of them. Older ones are dropped whatever the order in which values come. */
class Decayed {
  readonly spans = new Map<number, Span>();
  newest = Number.NEGATIVE_INFINITY;

  span(at: number): Span | undefined {
    if (at > this.newest) {
      this.newest = at;
      for (const old of this.spans.keys()) if (old <= at - REACH) this.spans.delete(old);
    }
    if (at <= this.newest - REACH) return undefined;
    let span = this.spans.get(at);
    if (!span) {
      span = { weights: new ExactSum(), values: new ExactSum() };
      this.spans.set(at, span);
    }
    return span;
  }

  sorted(): [at: number, span: Span][] {
    return [...this.spans].sort(([a], [b]) => a - b);
  }
}

/**
 * The mean of the values weighted by age: a value counts half as much as one that is a half-life younger in event time. Only the ages
 * relative to each other matter, so the result stays the same until the next event. Values more than 64 half-lives older than the
 * newest are left out. Sums are exact: neither order nor grouping changes the result. NULL of nothing.
 *
 * @param halfLife milliseconds, above zero
 * @throws MillraceError `definition` when it is not
 */
export function ewma(halfLife: number): Accumulator<Decayed, [number, Position], number | null> {
  if (!(halfLife > 0 && Number.isFinite(halfLife)))
    throw new MillraceError('definition', `a half-life must be above zero, not ${halfLife}`);
  return {
    name: `ewma(${halfLife})`,
    create: () => new Decayed(),
    add: (acc, x, { time }) => {
      const at = Math.floor(time / halfLife);
      const span = acc.span(at);
      if (!span) return acc;
      const weight = 2 ** ((time - at * halfLife) / halfLife);
      const [product, error] = twoProduct(weight, x);
      span.weights.add(weight);
      // Beyond 2^996 the error of a product cannot be computed, nor be of interest.
      span.values.add(Number.isFinite(product) ? product : Math.sign(x) * Number.MAX_VALUE);
      if (error !== 0 && Number.isFinite(error)) span.values.add(error);
      return acc;
    },
    merge: (into, from) => {
      for (const [at, { weights, values }] of from.spans) {
        const span = into.span(at);
        span?.weights.merge(weights);
        span?.values.merge(values);
      }
      return into;
    },
    result: mean,
    write,
    read,
  };
}

function mean(acc: Decayed): number | null {
  let weights = 0;
  let values = 0;
  // The oldest first, halved once per half-life: small ones are not lost among large ones.
  for (const [at, span] of acc.sorted()) {
    const scale = 2 ** (at - acc.newest);
    weights += (span.weights.value() ?? 0) * scale;
    values += (span.values.value() ?? Number.NaN) * scale;
  }
  const result = values / weights;
  return Number.isFinite(result) ? result + 0 : null;
}

function write(acc: Decayed, out: ByteWriter): void {
  const sorted = acc.sorted();
  out.varuint(sorted.length);
  for (const [at, { weights, values }] of sorted) {
    out.number(at);
    weights.write(out);
    values.write(out);
  }
}

function read(input: ByteReader): Decayed {
  const acc = new Decayed();
  const size = input.count(5);
  if (size > REACH) throw input.corrupt(`a decayed mean of ${size} spans`);
  let before = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < size; i++) {
    const at = input.number();
    if (!(Number.isSafeInteger(at) && at > before)) throw input.corrupt('spans of a decayed mean are out of order');
    before = at;
    const [weights, values] = [ExactSum.read(input), ExactSum.read(input)];
    const span = acc.span(at);
    span?.weights.merge(weights);
    span?.values.merge(values);
  }
  return acc;
}
