import { describe, expect, it } from 'vitest';
import { eventRate, sumRate } from '../../../lib/core/accumulators/rate.ts';

const minute = { start: 0, end: 60_000 };

describe('rate', () => {
  it('is per second of the whole window', () => {
    expect(eventRate.result(90, minute)).toBe(1.5);
    expect(eventRate.result(0, minute)).toBe(0);
    expect(sumRate.result(sumRate.add(sumRate.create(), 30), minute)).toBe(0.5);
  });

  it('is NULL of no values, and where no window ends', () => {
    expect(sumRate.result(sumRate.create(), minute)).toBeNull();
    expect(eventRate.result(90)).toBeNull();
    expect(eventRate.result(90, { start: 0, end: Number.POSITIVE_INFINITY })).toBeNull();
  });
});
