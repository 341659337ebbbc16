import { describe, expect, it } from 'vitest';
import { FinalRows } from '../../lib/dashboard/browser/final-rows.ts';
import type { Row } from '../../lib/dashboard/browser/series.ts';

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 10, minute)).toISOString();
const window = (minute: number, final: boolean) => ({ start: at(minute), end: at(minute + 1), final, keys: 1 });
const row = (minute: number, final: boolean, n: unknown): Row => ({ window_start: at(minute), window_end: at(minute + 1), final, n });

describe('final rows', () => {
  it('are not asked for again, and open ones are', () => {
    const known = new FinalRows();
    expect(known.of('v', ['a'], at(0))).toEqual({ rows: [], next: at(0) });
    const rows = [row(0, true, 1), row(1, true, 2), row(2, false, 3)];
    known.keep('v', ['a'], at(0), rows, [window(2, false), window(1, true), window(0, true)]);
    expect(known.of('v', ['a'], at(0))).toEqual({ rows: rows.slice(0, 2), next: at(2) });
    expect(known.of('v', ['a'], at(1))).toEqual({ rows: rows.slice(1, 2), next: at(2) });
    expect(known.of('v', ['b'], at(0)).rows).toEqual([]);
    // Windows before the first one known, or behind the last: all of them are asked for.
    expect(known.of('v', ['a'], at(-1))).toEqual({ rows: [], next: at(-1) });
    expect(known.of('v', ['a'], at(3))).toEqual({ rows: [], next: at(3) });
  });

  it('of many keys are those of the keys that were drawn last', () => {
    const known = new FinalRows();
    for (let i = 0; i <= 100; i++) known.keep('v', [i], at(0), [row(0, true, i)], [window(1, false), window(0, true)]);
    expect([0, 1, 100].map((key) => known.of('v', [key], at(0)).rows.length)).toEqual([0, 1, 1]);
  });
});
