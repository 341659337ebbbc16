import { describe, expect, it } from 'vitest';
import type { AlignedState } from '../../lib/core/aligned/aligned-state.ts';
import { cellAt } from '../../lib/core/aligned/cell.ts';
import { CheckpointDebt } from '../../lib/core/checkpoint-debt.ts';
import { emptyState, viewState } from '../../lib/core/state.ts';
import { type Held, StateCache } from '../../lib/runtime/state-cache.ts';
import { bagView } from '../support/views.ts';

const SECOND = 1000;
const MINUTE = 60_000;

const VIEW = bagView({ kind: 'global' }, 0);

/** A state of so many panes. */
function held(panes: number): Held {
  const state = emptyState();
  const cell = cellAt((viewState(state, VIEW).held as AlignedState).cells, 0, 1);
  for (let i = 0; i < panes; i++) cell.panes.set(String(i), []);
  return { state, debt: new CheckpointDebt(), manifest: undefined, checkpointBytes: 0 };
}

/** What a cache with room for so many of the states used here thinks of as one. */
const ONE = (() => {
  const cache = new StateCache(Number.POSITIVE_INFINITY);
  cache.keep('a', held(1000));
  return cache.bytes;
})();

function cacheFor(states: number) {
  const clock = { now: 0 };
  return { clock, cache: new StateCache(states * ONE, () => clock.now) };
}

/** Uses states in turn, as a merge does; how many of them were there. */
function round(cache: StateCache, names: readonly string[]): number {
  let hits = 0;
  for (const name of names) {
    const known = cache.get(name);
    if (known) hits++;
    cache.keep(name, known ?? held(1000));
  }
  return hits;
}

const NAMES = Array.from({ length: 20 }, (_, i) => `task ${i}`);

describe('a cache of states', () => {
  it('evicts the least recently used', () => {
    const { cache } = cacheFor(3);
    for (const name of ['a', 'b', 'c']) cache.keep(name, held(1000));
    cache.keep('a', held(1000));
    cache.keep('d', held(1000));
    expect(['a', 'b', 'c', 'd'].filter((name) => cache.get(name))).toEqual(['a', 'c', 'd']);
    expect(cache.bytes).toBe(3 * ONE);
  });

  it('keeps one state that is larger than its limit, until another comes', () => {
    const { cache } = cacheFor(1);
    cache.keep('a', held(5000));
    expect(cache.get('a')).toBeDefined();
    cache.keep('b', held(1000));
    expect(cache.get('a')).toBeUndefined();
    expect(cache.get('b')).toBeDefined();
    cache.drop('b');
    expect(cache.bytes).toBe(0);
  });

  it.each([
    ['in the same order each time', (names: readonly string[]) => names],
    ['in another order each time', (names: readonly string[], i: number) => names.toSorted((a, b) => ((i % 2) - 0.5) * a.localeCompare(b))],
  ])('of a scan larger than it keeps what it has room for, %s', (_, ordered) => {
    const { cache, clock } = cacheFor(15);
    round(cache.scan(), NAMES);
    for (let i = 0; i < 10; i++) {
      clock.now += MINUTE;
      expect(round(cache.scan(), ordered(NAMES, i))).toBe(15);
      expect(cache.bytes).toBeLessThanOrEqual(15 * ONE);
    }
  });

  it('gives the place of what a scan has not used for ten minutes to others', () => {
    const { cache, clock } = cacheFor(15);
    const [ended, open] = [NAMES.slice(0, 10), NAMES.slice(10)];
    round(cache.scan(), NAMES);
    for (let i = 0; i < 12; i++) {
      clock.now += MINUTE + SECOND;
      round(cache.scan(), open);
    }
    expect(round(cache.scan(), open)).toBe(open.length);
    expect(ended.filter((name) => cache.get(name))).toHaveLength(5);
  });

  it('lets a batch push out what a scan keeps', () => {
    const { cache } = cacheFor(5);
    round(cache.scan(), NAMES);
    cache.keep('a task of a batch', held(1000));
    expect(cache.get('a task of a batch')).toBeDefined();
  });
});
