import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { count } from '../../lib/core/accumulators/count.ts';
import type { AlignedState } from '../../lib/core/aligned/aligned-state.ts';
import { apply } from '../../lib/core/apply.ts';
import { decodeEntry, encodeEntry } from '../../lib/core/entry-codec.ts';
import type { Incoming } from '../../lib/core/event.ts';
import { emptyState, type TaskState, viewState } from '../../lib/core/state.ts';
import { step } from '../../lib/core/step.ts';
import type { ViewSpec } from '../../lib/core/view.ts';
import { valuesAdder } from '../../lib/plan/adder.ts';

const one = (name: string, column: 'k' | 'other', more: Partial<ViewSpec>): ViewSpec => ({
  name,
  stream: 'events',
  transforms: [(row) => (row.skip === true ? undefined : row)],
  key: [{ name: column, type: 'text', nullable: false, value: (row) => row[column] }],
  window: { kind: 'global' },
  allowedLateness: 0,
  aggregates: [{ name: 'n', type: 'bigint', nullable: false, accumulator: count, add: valuesAdder(count, []) }],
  fingerprint: name,
  ...more,
});
const tumbling = { kind: 'tumbling', size: 1000, slide: 1000, offset: 0 } as const;

interface Event {
  readonly k: string;
  readonly other: string;
  readonly skip: boolean;
}
const events = fc.array(fc.record({ k: fc.constantFrom(...'abcdefg'), other: fc.constantFrom(...'xyz'), skip: fc.boolean() }), {
  minLength: 1,
  maxLength: 40,
});
const incoming = (row: Event, i: number): Incoming => ({
  sequence: String(i + 1),
  arrival: i,
  time: i,
  row: { ...row },
  bytes: () => new Uint8Array([i]),
});

/** Runs the events in batches of the given sizes, in turns, each entry through its stored form. */
function run(views: readonly ViewSpec[], drawn: readonly Event[], cuts: readonly number[], state: TaskState = emptyState(), from = 0) {
  const dead: string[] = [];
  const reasons = new Set<string>();
  const stream = { name: 'events', maxOutOfOrderness: 0, maxAhead: 100, maxBehind: Number.POSITIVE_INFINITY };
  for (let at = 0, batch = 0; at < drawn.length; batch++) {
    const size = cuts[batch % cuts.length] as number;
    const batchEvents = drawn.slice(at, at + size).map((event, i) => incoming(event, from + at + i));
    at += size;
    const context = { stream, views, shard: 0, version: '', mergedThrough: () => Number.NEGATIVE_INFINITY };
    const entry = decodeEntry(encodeEntry(step(context, state, batchEvents), views), 'entry', views);
    for (const { sequence, reason } of entry.dead) {
      dead.push(sequence);
      reasons.add(reason);
    }
    apply(views, state, entry, { index: state.index + 1, nonce: 'n', committedAt: 0, bytes: 1 });
  }
  return { state, dead, reasons };
}

/** How often a view counted each key. */
function counts(view: ViewSpec, state: TaskState): Record<string, unknown> {
  const cells = [...(viewState(state, view).held as AlignedState).cells.values()].flat();
  return Object.fromEntries(cells.flatMap(({ panes }) => [...panes].map(([key, [n]]) => [key, n] as const)).sort());
}

describe('a bound on the keys of a running result', () => {
  const views = [one('per_k', 'k', { maxKeys: 3 }), one('per_other', 'other', { maxKeys: 2 }), one('minutes', 'k', { window: tumbling })];
  const [perK, perOther, minutes] = views as [ViewSpec, ViewSpec, ViewSpec];

  it('makes events of one more key dead for the view alone, however the events are cut into batches', () => {
    fc.assert(
      fc.property(events, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }), (drawn, cuts) => {
        const { state, dead } = run(views, drawn, cuts);
        // The same by a fold over the events, one by one.
        const held = { k: new Map<string, number>(), other: new Map<string, number>() };
        const all = new Map<string, number>();
        const expected: string[] = [];
        drawn.forEach(({ k, other, skip }, i) => {
          if (skip) return;
          all.set(k, (all.get(k) ?? 0) + 1);
          for (const [name, key, most] of [
            ['k', k, 3],
            ['other', other, 2],
          ] as const) {
            if (!held[name].has(key) && held[name].size === most) expected.push(String(i + 1));
            else held[name].set(key, (held[name].get(key) ?? 0) + 1);
          }
        });
        expect(dead).toEqual(expected);
        expect(counts(perK, state)).toEqual(Object.fromEntries(held.k));
        expect(counts(perOther, state)).toEqual(Object.fromEntries(held.other));
        expect(counts(minutes, state)).toEqual(Object.fromEntries(all));
        expect(state.dead).toBe(expected.length);
      }),
    );
  });

  it('says which view it is, and takes the next event of the key once the bound is raised', () => {
    const drawn = [...'abcd'].map((k): Event => ({ k, other: 'x', skip: false }));
    const { state, dead, reasons } = run(views, drawn, [9]);
    expect(dead).toEqual(['4']);
    expect([...reasons]).toEqual(['view "per_k" holds 3 keys in this shard, which is its max_keys, and this event has a new one']);
    const raised = [{ ...perK, maxKeys: 4 }, perOther, minutes];
    expect(run(raised, drawn.slice(3), [1], state, 4).dead).toEqual([]);
    expect(counts(perK, state)).toEqual({ a: 1, b: 1, c: 1, d: 1 });
    expect(counts(minutes, state)).toEqual({ a: 1, b: 1, c: 1, d: 2 });
  });

  it('decides thousands of them in one pass', () => {
    const looks = (length: number): number => {
      let looked = 0;
      const look = (row: Readonly<Record<string, unknown>>) => {
        looked++;
        return row;
      };
      const counted = { ...perK, transforms: [look] };
      const drawn = Array.from({ length }, (_, i): Event => ({ k: `k${i}`, other: 'x', skip: false }));
      expect(run([counted, perOther, minutes], drawn, [length]).dead).toHaveLength(length - 3);
      return looked;
    };
    expect(looks(20_000)).toBeLessThan(5 * looks(5000));
  });
});
