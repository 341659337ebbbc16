// Sums as expansions: doubles that do not overlap, least first, whose true sum is meant (Shewchuk 1997).

/** Adds a double to an expansion (Shewchuk's Grow-Expansion with zeros left out). Changes and gives `parts`. */
export function grow(parts: number[], x: number): number[] {
  let carry = x;
  let kept = 0;
  for (let i = 0; i < parts.length; i++) {
    let part = parts[i] as number;
    if (Math.abs(carry) < Math.abs(part)) [carry, part] = [part, carry];
    const sum = carry + part;
    const error = part - (sum - carry);
    if (error !== 0) parts[kept++] = error;
    carry = sum;
  }
  parts.length = kept;
  if (carry !== 0) parts.push(carry);
  return parts;
}

/** The one form of its value: each part is the rest's nearest double. */
export function canonical(parts: readonly number[]): number[] {
  let rest = [...parts];
  const out: number[] = [];
  while (rest.length > 0) {
    const head = roundedSum(rest);
    // Beyond the doubles there is no remainder to go on with.
    if (!Number.isFinite(head)) return [head];
    if (head === 0) break;
    out.unshift(head);
    rest = grow(rest, -head);
  }
  return out;
}

/** The sum of a non-overlapping expansion, least part first, rounded half to even (as Python's `math.fsum` ends). */
export function roundedSum(parts: readonly number[]): number {
  let n = parts.length;
  if (n === 0) return 0;
  let high = parts[--n] as number;
  let low = 0;
  while (n > 0) {
    const x = high;
    const y = parts[--n] as number;
    high = x + y;
    low = y - (high - x);
    if (low !== 0) break;
  }
  // Exactly half way: what follows decides, where the addition could not see it.
  if (n > 0 && ((low < 0 && (parts[n - 1] as number) < 0) || (low > 0 && (parts[n - 1] as number) > 0))) {
    const twice = low * 2;
    const up = high + twice;
    if (twice === up - high) high = up;
  }
  return high;
}

/** An expansion with the product of two others added (or taken away: `sign` −1), exactly. Changes and gives `parts`. */
export function growByProduct(parts: number[], a: readonly number[], b: readonly number[], sign: 1 | -1 = 1): number[] {
  let grown = parts;
  for (const x of a) {
    for (const y of b) {
      const [product, error] = twoProduct(sign * x, y);
      grown = grow(grown, product);
      if (error !== 0) grown = grow(grown, error);
    }
  }
  return grown;
}

/** The product of two doubles as two: the nearest double and what it misses (Dekker 1971, Veltkamp's split). */
export function twoProduct(a: number, b: number): readonly [product: number, error: number] {
  const product = a * b;
  const ca = 134217729 * a;
  const ah = ca - (ca - a);
  const al = a - ah;
  const cb = 134217729 * b;
  const bh = cb - (cb - b);
  const bl = b - bh;
  return [product, al * bl - (product - ah * bh - al * bh - ah * bl)];
}
