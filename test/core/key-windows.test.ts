import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply } from '../../lib/core/apply.ts';
import { decodeBucket, decodeHead, encodeBuckets, encodeHead } from '../../lib/core/checkpoint-codec.ts';
import { decodeEntry, encodeEntry } from '../../lib/core/entry-codec.ts';
import type { Incoming } from '../../lib/core/event.ts';
import {
  carriedOn,
  collectSpans,
  type KeyPane,
  type KeySpans,
  keyPanes,
  mergedSpans,
  NO_SPANS,
  spansByKey,
} from '../../lib/core/key-results.ts';
import { decodeSpans, encodeSpans } from '../../lib/core/page-codec.ts';
import { emptyState, type TaskState, viewState } from '../../lib/core/state.ts';
import { step } from '../../lib/core/step.ts';
import { hasKeyWindows } from '../../lib/core/view.ts';
import { isOver } from '../../lib/core/windows/key-window.ts';
import type { KeyWindowSpec } from '../../lib/core/windows/key-window-spec.ts';
import { type Counted, mergingWindows, naiveWindows, type Settings, type Told } from '../support/naive/key-windows.ts';
import { bagView } from '../support/views.ts';

interface Drawn {
  readonly key: string;
  readonly task: number;
  readonly ahead: number;
}

/** What happens after a batch. */
interface Turn {
  readonly batch: number;
  /** how far in front of what could be final a merge leaves the boundary; none: nobody merges */
  readonly merge: number | undefined;
  readonly checkpoint: boolean;
}

const cases = fc.record({
  spec: fc.oneof(
    fc.record({ kind: fc.constant('session' as const), gap: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ kind: fc.constant('stagger' as const), size: fc.integer({ min: 1, max: 12 }) }),
  ),
  lateness: fc.nat(15),
  outOfOrder: fc.nat(15),
  tasks: fc.integer({ min: 1, max: 3 }),
  drawn: fc.array(fc.record({ key: fc.constantFrom('a', 'b'), task: fc.nat(2), ahead: fc.integer({ min: -20, max: 12 }) }), {
    minLength: 1,
    maxLength: 40,
  }),
  turns: fc.array(
    fc.record({ batch: fc.integer({ min: 1, max: 9 }), merge: fc.option(fc.nat(9), { nil: undefined }), checkpoint: fc.boolean() }),
    { minLength: 1, maxLength: 6 },
  ),
});

/** Times that go on by and large, with events behind and ahead. */
function eventsOf(drawn: readonly Drawn[], tasks: number): Counted[] {
  return drawn.map(({ key, task, ahead }, id) => ({ id, key, task: task % tasks, time: id * 3 + ahead - 30 }));
}

/** Tasks, merges and what is carried on between them, as the runtime puts them together. */
class World {
  readonly #view;
  readonly #states: TaskState[];
  readonly #settings: Settings;
  readonly late: number[] = [];
  readonly final: Told[] = [];
  #boundary = Number.NEGATIVE_INFINITY;
  #carried: KeySpans = NO_SPANS;

  constructor(spec: KeyWindowSpec, settings: Settings, tasks: number) {
    const view = bagView(spec, settings.lateness);
    if (!hasKeyWindows(view)) throw new TypeError('not reached');
    this.#view = view;
    this.#settings = settings;
    this.#states = Array.from({ length: tasks }, emptyState);
  }

  take(task: number, events: readonly Counted[]): void {
    const views = [this.#view];
    const stream = { name: 'events', maxOutOfOrderness: this.#settings.outOfOrder, maxAhead: 1e6, maxBehind: Number.POSITIVE_INFINITY };
    const context = { stream, views, shard: task, version: '', mergedThrough: () => this.#boundary + this.#settings.lateness };
    const state = this.#states[task] as TaskState;
    const incoming = events.map(
      ({ id, key, time }): Incoming => ({ sequence: String(id), arrival: 1e5, time, row: { id, k: key }, bytes: () => new Uint8Array() }),
    );
    const entry = step(context, state, incoming);
    this.late.push(...entry.late.map(({ sequence }) => Number(sequence)));
    const written = { index: state.index + 1, nonce: '', committedAt: 0, bytes: 0 };
    apply(views, state, decodeEntry(encodeEntry(entry, views), 'an entry', views), written);
  }

  /** Forgets a task's state and reads its checkpoint. */
  restart(task: number, buckets: number): void {
    const views = [this.#view];
    const before = this.#states[task] as TaskState;
    const { state } = decodeHead(encodeHead(before, views, 0), 'a head', views);
    for (const bytes of encodeBuckets(before, views, buckets, () => true).values()) decodeBucket(bytes, 'a bucket', views, state);
    this.#states[task] = state;
  }

  merge(behind: number): void {
    const floor = Math.min(...this.#states.map(({ watermark }) => watermark)) - this.#settings.lateness;
    const to = floor - behind;
    if (!(to > this.#boundary)) return;
    const panes = this.#open();
    this.final.push(...this.#told(panes.filter(({ window }) => isOver(this.#view.window, window, to))));
    this.#carried = spansByKey(decodeSpans(encodeSpans(this.#view, carriedOn(this.#view, panes, to)), 'what is carried on', this.#view));
    this.#boundary = to;
  }

  /** Windows that are not final, from tasks that look at them in any order. */
  get live(): Told[] {
    return this.#told(this.#open());
  }

  #open(): KeyPane[] {
    const held = this.#states.map((state) => viewState(state, this.#view)).reverse();
    return keyPanes(this.#view, collectSpans(held, this.#boundary, this.#carried));
  }

  #told(panes: readonly KeyPane[]): Told[] {
    return panes.map(({ key, window, spans }) => ({ key, ...window, ids: mergedSpans(this.#view, spans)[0] as number[] }));
  }
}

function ordersOf<T>(all: readonly T[]): T[][] {
  if (all.length === 0) return [[]];
  return all.flatMap((first, i) => ordersOf(all.toSpliced(i, 1)).map((rest) => [first, ...rest]));
}

function sorted(windows: readonly Told[]): Told[] {
  return windows.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.start - b.start || a.end - b.end));
}

describe('windows of a key’s own', () => {
  it('are those of their definition at any moment: for any batch cuts, tasks, merges, checkpoints; final ones never change', () => {
    fc.assert(
      fc.property(cases, ({ spec, lateness, outOfOrder, tasks, drawn, turns }) => {
        const settings = { lateness, outOfOrder };
        const events = eventsOf(drawn, tasks);
        const world = new World(spec, settings, tasks);
        const seen: Counted[] = [];
        for (let from = 0, turn = 0; from < events.length; turn++) {
          const { batch, merge, checkpoint } = turns[turn % turns.length] as Turn;
          const taken = events.slice(from, from + batch);
          for (let task = 0; task < tasks; task++) {
            const own = taken.filter((event) => event.task === task);
            if (own.length > 0) world.take(task, own);
            seen.push(...own);
            if (checkpoint) world.restart(task, 1 + turn);
          }
          if (merge !== undefined) world.merge(merge);
          from += batch;
          const { windows, late } = naiveWindows(spec, settings, seen);
          expect(sorted([...world.final, ...world.live])).toEqual(windows);
          expect(world.late.toSorted((a, b) => a - b)).toEqual(late);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    [80, 104, 72],
    [104, 80, 72],
  ])('let an event into a session that is open, whatever came before it: %i, %i, %i', (...times) => {
    const world = new World({ kind: 'session', gap: 10 }, { lateness: 0, outOfOrder: 15 }, 1);
    for (const [id, time] of times.entries()) world.take(0, [{ id, key: 'a', task: 0, time }]);
    expect(world.late).toEqual([]);
    expect(sorted(world.live).map(({ start, end, ids }) => [start, end, ids.length])).toEqual([
      [72, 90, 2],
      [104, 114, 1],
    ]);
  });

  it('are those of Flink’s merging windows in one task, for every order of a few events and any cuts', () => {
    const few = fc.record({
      times: fc.array(fc.nat(30), { minLength: 2, maxLength: 5 }),
      gap: fc.integer({ min: 1, max: 8 }),
      outOfOrder: fc.nat(12),
      lateness: fc.nat(6),
      cuts: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
      behind: fc.option(fc.nat(3), { nil: undefined }),
    });
    fc.assert(
      fc.property(few, ({ times, gap, outOfOrder, lateness, cuts, behind }) => {
        const events = times.map((time, id): Counted => ({ id, key: 'a', task: 0, time }));
        for (const order of ordersOf(events)) {
          const world = new World({ kind: 'session', gap }, { lateness, outOfOrder }, 1);
          for (let from = 0, turn = 0; from < order.length; turn++) {
            const size = cuts[turn % cuts.length] as number;
            world.take(0, order.slice(from, from + size));
            if (behind !== undefined) world.merge(behind);
            from += size;
          }
          const { windows, late } = mergingWindows(gap, outOfOrder + lateness, order);
          expect(sorted([...world.final, ...world.live])).toEqual(windows);
          expect(world.late).toEqual(late);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are the same for any order within the out-of-orderness, over any tasks', () => {
    const shuffled = cases.chain((drawn) => {
      const places = drawn.drawn.map((_, i) => i);
      return fc.record({ drawn: fc.constant(drawn), order: fc.shuffledSubarray(places, { minLength: places.length }) });
    });
    fc.assert(
      fc.property(shuffled, ({ drawn: { spec, drawn, tasks, lateness }, order }) => {
        const events = eventsOf(drawn, tasks);
        const times = events.map(({ time }) => time);
        const settings = { lateness, outOfOrder: Math.max(...times) - Math.min(...times) };
        const world = new World(spec, settings, tasks);
        for (const event of order.map((i) => events[i] as Counted)) {
          world.take(event.task, [event]);
          world.merge(0);
        }
        const inOneTask = events.map((event) => ({ ...event, task: 0 }));
        expect(sorted([...world.final, ...world.live])).toEqual(naiveWindows(spec, settings, inOneTask).windows);
        expect(world.late).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
