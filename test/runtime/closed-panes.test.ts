import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { apply, evict } from '../../lib/core/apply.ts';
import { decodeBucket, decodeHead, encodeBuckets, encodeHead } from '../../lib/core/checkpoint-codec.ts';
import { emptyState, type TaskState, viewState } from '../../lib/core/state.ts';
import { step } from '../../lib/core/step.ts';
import type { UnalignedState } from '../../lib/core/unaligned/unaligned-state.ts';
import type { ViewPlan } from '../../lib/plan/plan.ts';
import { holdsClosed } from '../../lib/runtime/closed-panes.ts';
import { bagPlan, bagView } from '../support/views.ts';

const GAP = 10;
const { views, streams } = bagPlan([bagView({ kind: 'session', gap: GAP }, 3, 'sessions')], { maxOutOfOrderness: 5 });
const [view] = views;
if (!view) throw new Error('there is a view');

function take(state: TaskState, k: string, time: number): void {
  const context = {
    stream: streams[0] as (typeof streams)[number],
    views,
    shard: 0,
    version: '1',
    mergedThrough: () => state.watermark - 1e6,
  };
  const event = { sequence: String(state.index + 1), time, arrival: time, row: { k, id: state.index }, bytes: () => new Uint8Array() };
  apply(views, state, step(context, state, [event]), { index: state.index + 1, nonce: 'n', committedAt: 0, bytes: 1 });
}

function spansIn(state: TaskState): UnalignedState['spans'] {
  return (viewState(state, view as ViewPlan).held as UnalignedState).spans;
}

function stored(state: TaskState): TaskState {
  const { state: read } = decodeHead(encodeHead(state, views, 0), 'head', views);
  for (const bytes of encodeBuckets(state, views, 2, () => true).values()) decodeBucket(bytes, 'bucket', views, read);
  return read;
}

describe('whether a task holds closed sessions', () => {
  const action = fc.oneof(
    { weight: 8, arbitrary: fc.record({ k: fc.constantFrom('a', 'b', 'c', 'd'), wait: fc.nat(8), behind: fc.nat(12) }) },
    { weight: 1, arbitrary: fc.constantFrom('ask', 'store') },
    { weight: 2, arbitrary: fc.record({ drop: fc.nat(15) }) },
  );

  it('is the same as a scan over every span, after any additions, evictions and reads from storage', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        let state = emptyState();
        let now = 1000;
        for (const one of actions) {
          if (one === 'store') state = stored(state);
          else if (one !== 'ask' && 'drop' in one) evict(view, state, state.watermark - one.drop, () => {});
          else if (one !== 'ask') {
            now += one.wait;
            take(state, one.k, now - one.behind);
          }
          const spans = spansIn(state).values().toArray().flat();
          // Asked twice in a row now and then: what is remembered from one time must not mislead the next.
          const wanted = spans.some(({ end }) => end < state.watermark - view.allowedLateness);
          expect(holdsClosed(views, state)).toBe(wanted);
          if (one === 'ask') expect(holdsClosed(views, state)).toBe(wanted);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('takes no look at each key while none can have ended', () => {
    const state = emptyState();
    for (const k of ['a', 'b', 'c']) take(state, k, 1000);
    // The watermark comes to where the first sessions would have ended; each has gone on.
    for (const k of ['a', 'b', 'c']) take(state, k, 1009);
    for (const k of ['a', 'b', 'c']) take(state, k, 1019);
    const looks = vi.spyOn(spansIn(state), 'values');
    expect([1, 2, 3].map(() => holdsClosed(views, state))).toEqual([false, false, false]);
    expect(looks).toHaveBeenCalledTimes(1);
    take(state, 'a', 1021);
    expect(holdsClosed(views, state)).toBe(false);
    expect(looks).toHaveBeenCalledTimes(1);
  });
});
