import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../lib/core/duration.ts';

describe('a duration', () => {
  it.each([
    ['5 seconds', 5000],
    ['1 minute', 60_000],
    ['1 hour 30 minutes', 5_400_000],
    ['250 ms', 250],
    ['1.5 seconds', 1500],
    ['-1 hour', -3_600_000],
    ['2 weeks', 1_209_600_000],
    [42, 42],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', 'soon', '5', '5 parsecs', '1 minute and', 'minute 1', Number.NaN, 0.5, '0.1 ms', 'constructor'])('%s is refused', (text) => {
    expect(() => parseDuration(text)).toThrow(/is not a duration/);
  });

  it.each([0, 1, 999, 5000, 5_400_000, 90_061_001, -3_600_000])('%d ms comes back from its text', (ms) => {
    expect(parseDuration(formatDuration(ms))).toBe(ms);
  });
});
