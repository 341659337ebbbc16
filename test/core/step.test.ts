import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CellDelta } from '../../lib/core/aligned/cell.ts';
import { apply } from '../../lib/core/apply.ts';
import { decodeEntry, encodeEntry } from '../../lib/core/entry-codec.ts';
import type { Incoming } from '../../lib/core/event.ts';
import { collectPanes, openWindows } from '../../lib/core/result.ts';
import { emptyState, type TaskState, viewState } from '../../lib/core/state.ts';
import { type StepContext, step } from '../../lib/core/step.ts';
import { timed, type ViewSpec } from '../../lib/core/view.ts';
import type { SlidingSpec } from '../../lib/core/window.ts';
import { bagView } from '../support/views.ts';

interface Drawn {
  readonly id: number;
  readonly k: string;
  readonly time: number;
  readonly arrival: number;
}

const windows = fc
  .record({ slide: fc.integer({ min: 1, max: 20 }), slides: fc.integer({ min: 1, max: 4 }), extra: fc.nat(5), offset: fc.nat(19) })
  .map(({ slide, slides, extra, offset }): SlidingSpec => {
    const size = slide * slides + (slides > 1 ? Math.min(extra, slide - 1) : 0);
    return { kind: size === slide ? 'tumbling' : 'hopping', size, slide, offset: offset % slide };
  });

const events = fc
  .array(
    fc.record({ k: fc.constantFrom('a', 'b', 'c'), time: fc.integer({ min: -60, max: 200 }), wait: fc.integer({ min: 0, max: 15 }) }),
    {
      minLength: 1,
      maxLength: 60,
    },
  )
  .map((drawn) => {
    let arrival = 0;
    return drawn.map(({ k, time, wait }, id): Drawn => {
      arrival += wait;
      return { id, k, time, arrival };
    });
  });

const cases = fc.record({
  window: windows,
  events,
  lateness: fc.nat(20),
  outOfOrder: fc.nat(20),
  behind: fc.oneof(fc.nat(60), fc.constant(Number.POSITIVE_INFINITY)),
  cuts: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }),
});

function contextOf(view: ViewSpec, outOfOrder: number, behind = Number.POSITIVE_INFINITY): StepContext {
  return {
    stream: { name: 'events', maxOutOfOrderness: outOfOrder, maxAhead: 100, maxBehind: behind },
    views: [view],
    shard: 0,
    version: 'v1',
    mergedThrough: () => Number.NEGATIVE_INFINITY,
  };
}

function incoming({ id, k, time, arrival }: Drawn): Incoming {
  return { sequence: String(id + 1), arrival, time, row: { k, id, at: time }, bytes: () => new Uint8Array([id]) };
}

/** Runs batches of the given sizes, in turns, each entry through its stored form. */
function run(
  view: ViewSpec,
  outOfOrder: number,
  drawn: readonly Drawn[],
  cuts: readonly number[],
  behind?: number,
): { state: TaskState; late: number[]; dead: number[] } {
  const context = contextOf(view, outOfOrder, behind);
  const state = emptyState();
  const late: number[] = [];
  const dead: number[] = [];
  for (let from = 0, turn = 0; from < drawn.length; turn++) {
    const size = cuts[turn % cuts.length] as number;
    const entry = decodeEntry(encodeEntry(step(context, state, drawn.slice(from, from + size).map(incoming)), [view]), 'entry', [view]);
    apply([view], state, entry, { index: state.index + 1, nonce: `n${turn}`, committedAt: 0, bytes: 1 });
    late.push(...entry.late.map(({ sequence }) => Number(sequence) - 1));
    dead.push(...entry.dead.map(({ sequence }) => Number(sequence) - 1));
    from += size;
  }
  return { state, late, dead };
}

/** All panes of all windows: `start key` → ids. */
function panesOf(view: ViewSpec, state: TaskState): Record<string, unknown> {
  const held = viewState(state, view);
  const panes: Record<string, unknown> = {};
  for (const window of openWindows(timed(view), [held], Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)) {
    const into = new Map<string, unknown[]>();
    collectPanes(timed(view), held, window, into);
    for (const [key, [ids]] of into) panes[`${window.start} ${key}`] = ids;
  }
  return panes;
}

/** The rules, written down once more as plainly as possible: one event, one window at a time. */
function naiveFold(
  window: SlidingSpec,
  lateness: number,
  outOfOrder: number,
  { maxAhead, maxBehind }: { readonly maxAhead: number; readonly maxBehind: number },
  drawn: readonly Drawn[],
) {
  const panes: Record<string, number[]> = {};
  const late: number[] = [];
  const dead: number[] = [];
  let watermark = Number.NEGATIVE_INFINITY;
  for (const { id, k, time, arrival } of drawn) {
    if (time - arrival > maxAhead) {
      dead.push(id);
      continue;
    }
    watermark = Math.max(watermark, Math.min(time, arrival) - outOfOrder, arrival - maxBehind - outOfOrder);
    let missed = false;
    for (let start = window.offset - 100 * window.slide * 20; start <= time; start += window.slide) {
      const end = start + window.size;
      if (end <= time) continue;
      if (end + lateness <= watermark) {
        missed = true;
        continue;
      }
      const name = `${start} ${k}`;
      panes[name] = [...(panes[name] ?? []), id];
    }
    if (missed) late.push(id);
  }
  return { panes, late, dead };
}

describe('step and apply', () => {
  it('count each event in every window that is still open, as a plain fold does', () => {
    fc.assert(
      fc.property(cases, ({ window, events: drawn, lateness, outOfOrder, behind, cuts }) => {
        const view = bagView(window, lateness);
        const { state, late, dead } = run(view, outOfOrder, drawn, cuts, behind);
        const expected = naiveFold(window, lateness, outOfOrder, { maxAhead: 100, maxBehind: behind }, drawn);
        expect(panesOf(view, state)).toEqual(expected.panes);
        expect(late).toEqual(expected.late);
        expect(dead).toEqual(expected.dead);
        expect([state.late, state.dead, state.events]).toEqual([expected.late.length, expected.dead.length, drawn.length]);
      }),
      { numRuns: 300 },
    );
  });

  it('give the same panes, late events and watermark however the stream is cut into batches', () => {
    fc.assert(
      fc.property(cases, ({ window, events: drawn, lateness, outOfOrder, behind, cuts }) => {
        const view = bagView(window, lateness);
        const one = run(view, outOfOrder, drawn, [1], behind);
        const other = run(view, outOfOrder, drawn, cuts, behind);
        expect(panesOf(view, other.state)).toEqual(panesOf(view, one.state));
        expect(other.late).toEqual(one.late);
        expect(other.state.watermark).toBe(one.state.watermark);
        expect(other.state.base).toBe(one.state.base);
      }),
      { numRuns: 200 },
    );
  });

  //  time   0      10     20     30
  //         |──a───|──b───|──c───|     windows of 10, hopping by 5; watermark at 20 closes [0,10) and [5,15) and [10,20)
  it('count an event that is late for some windows in the others, and call it late once', () => {
    const view = bagView({ kind: 'hopping', size: 10, slide: 5, offset: 0 }, 0);
    const drawn = [
      { id: 0, k: 'a', time: 20, arrival: 20 },
      { id: 1, k: 'a', time: 17, arrival: 21 },
    ];
    const { state, late } = run(view, 0, drawn, [1]);
    expect(late).toEqual([1]);
    expect(panesOf(view, state)).toEqual({ '15 a': [0, 1], '20 a': [0] });
  });

  it('let a clock that runs ahead fill windows to come without closing any', () => {
    const view = bagView({ kind: 'tumbling', size: 10, slide: 10, offset: 0 }, 0);
    const drawn = [
      { id: 0, k: 'a', time: 90, arrival: 5 },
      { id: 1, k: 'a', time: 4, arrival: 6 },
    ];
    const { state, late } = run(view, 0, drawn, [2]);
    expect(late).toEqual([]);
    expect(panesOf(view, state)).toEqual({ '0 a': [1], '90 a': [0] });
  });

  it('let the arrival of an event draw on a clock that is more than maxBehind behind it, and not past the arrival less the disorder', () => {
    const view = bagView({ kind: 'tumbling', size: 10, slide: 10, offset: 0 }, 0);
    const drawn = [
      { id: 0, k: 'a', time: 0, arrival: 1000 },
      { id: 1, k: 'a', time: 871, arrival: 1000 },
      { id: 2, k: 'a', time: 1, arrival: 1010 },
      { id: 3, k: 'a', time: 879, arrival: 1010 },
    ];
    // 1000 − 100 − 30 = 870, and 880 from the third on, as if its clock said 910.
    const { state, late } = run(view, 30, drawn, [2], 100);
    expect(state.watermark).toBe(880);
    expect(late).toEqual([0, 2, 3]);
    expect(panesOf(view, state)).toEqual({ '870 a': [1] });
  });

  it('make an event dead whose processing throws, and count all others once', () => {
    const throwing: ViewSpec = {
      ...bagView({ kind: 'tumbling', size: 10, slide: 10, offset: 0 }, 0),
      transforms: [
        (row) => {
          if ((row.id as number) % 3 === 1) throw new Error(`no ${row.id}`);
          return row;
        },
      ],
    };
    const drawn = Array.from({ length: 10 }, (_, id) => ({ id, k: 'a', time: id, arrival: id }));
    const entry = step(contextOf(throwing, 0), emptyState(), drawn.map(incoming));
    expect(entry.dead.map(({ sequence, reason }) => [sequence, reason])).toEqual([
      ['2', 'processing failed: no 1'],
      ['5', 'processing failed: no 4'],
      ['8', 'processing failed: no 7'],
    ]);
    expect((entry.views[0]?.changes as readonly CellDelta[] | undefined)?.[0]?.panes[0]?.[0]).toEqual([0, 2, 3, 5, 6, 8, 9]);
    expect(entry.events).toBe(10);
  });

  it('make an event dead for the view alone that cannot process it; the others count it, and it moves time', () => {
    const good = bagView({ kind: 'tumbling', size: 10, slide: 10, offset: 0 }, 0);
    const throwing: ViewSpec = {
      ...good,
      name: 'throwing',
      transforms: [
        (row) => {
          if ((row.id as number) % 3 === 1) throw new Error(`no ${row.id}`);
          return row;
        },
      ],
    };
    const drawn = Array.from({ length: 10 }, (_, id) => ({ id, k: 'a', time: id, arrival: id }));
    const context = { ...contextOf(good, 0), views: [good, throwing] };
    for (const size of [1, 3, 10]) {
      const state = emptyState();
      const dead: unknown[] = [];
      for (let from = 0; from < drawn.length; from += size) {
        const entry = decodeEntry(
          encodeEntry(step(context, state, drawn.slice(from, from + size).map(incoming)), context.views),
          'e',
          context.views,
        );
        dead.push(...entry.dead.map(({ sequence, reason, views }) => [sequence, reason, views]));
        // Records a view failed on are what the breaker looks at.
        expect(entry.deadRecords).toBe(entry.dead.length);
        apply(context.views, state, entry, { index: state.index + 1, nonce: 'n', committedAt: 0, bytes: 1 });
      }
      expect(dead).toEqual([
        ['2', 'processing failed: no 1', ['throwing']],
        ['5', 'processing failed: no 4', ['throwing']],
        ['8', 'processing failed: no 7', ['throwing']],
      ]);
      expect(panesOf(good, state)).toEqual({ '0 a': [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] });
      expect(panesOf(throwing, state)).toEqual({ '0 a': [0, 2, 3, 5, 6, 8, 9] });
      expect(state.watermark).toBe(9);
    }
  });

  it('do not count a key over a view’s bound as a failure for the breaker', () => {
    const good = bagView({ kind: 'tumbling', size: 10, slide: 10, offset: 0 }, 0);
    const bounded: ViewSpec = { ...good, name: 'bounded', window: { kind: 'global' }, maxKeys: 1 };
    const drawn = ['a', 'b', 'c', 'a'].map((k, id) => ({ id, k, time: id, arrival: id }));
    const entry = step({ ...contextOf(good, 0), views: [good, bounded] }, emptyState(), drawn.map(incoming));
    expect(entry.dead.map(({ sequence, views }) => [sequence, views])).toEqual([
      ['2', ['bounded']],
      ['3', ['bounded']],
    ]);
    expect(entry.deadRecords).toBe(0);
  });

  it('never show a function an event too far ahead, not even to find the one that throws', () => {
    const seen = new Set<unknown>();
    const throwing: ViewSpec = {
      ...bagView({ kind: 'tumbling', size: 10, slide: 10, offset: 0 }, 0),
      transforms: [
        (row) => {
          seen.add(row.id);
          if (row.id === 1) throw new Error('no 1');
          return row;
        },
      ],
    };
    const drawn = [200, 1, 2].map((time, id) => ({ id, k: 'a', time, arrival: 0 }));
    const entry = step(contextOf(throwing, 0), emptyState(), drawn.map(incoming));
    expect(entry.dead.map(({ reason }) => reason)).toEqual([
      'event time is 200 ms ahead of its arrival, over the 100 ms of max_ahead',
      'processing failed: no 1',
    ]);
    expect(seen).toEqual(new Set([1, 2]));
  });

  it('keep the bytes of late events and dead letters only up to a cap, and count them all', () => {
    const view = bagView({ kind: 'tumbling', size: 10, slide: 10, offset: 0 }, 0);
    const dead: Incoming[] = Array.from({ length: 100 }, (_, id) => ({
      sequence: String(id + 1),
      arrival: 0,
      reason: 'bad',
      bytes: () => new Uint8Array(20_000),
    }));
    const entry = step(contextOf(view, 0), emptyState(), dead);
    const kept = entry.dead.map(({ bytes }) => bytes?.length ?? 0);
    expect(entry.dead).toHaveLength(100);
    expect(Math.max(...kept)).toBe(16 * 1024);
    expect(kept.reduce((a, b) => a + b, 0)).toBe(256 * 1024);
  });
});
