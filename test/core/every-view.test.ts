// Whatever a stream is cut into, however its deltas are spread and merged: the rows are those of a fold that knows nothing of the engine.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply } from '../../lib/core/apply.ts';
import type { Row } from '../../lib/core/column.ts';
import type { Entry } from '../../lib/core/entry.ts';
import { decodeEntry, encodeEntry } from '../../lib/core/entry-codec.ts';
import type { Incoming } from '../../lib/core/event.ts';
import { collectSpans, keyPanes, mergedSpans, NO_SPANS } from '../../lib/core/key-results.ts';
import { decodePage, decodeSpans, encodePage, encodeSpans } from '../../lib/core/page-codec.ts';
import { collectPanes, mergePane, openWindows, resultRow } from '../../lib/core/result.ts';
import { emptyState, type TaskState, type ViewState, viewState } from '../../lib/core/state.ts';
import { step } from '../../lib/core/step.ts';
import { hasKeyWindows, type KeyWindowView, timed, type ViewSpec } from '../../lib/core/view.ts';
import type { Window, WindowSpec } from '../../lib/core/window.ts';
import type { Span } from '../../lib/core/windows/session.ts';
import { AGGREGATES } from '../../lib/plan/aggregates/functions.ts';
import { type Drawn, drawnFor, everyView, expectRow, KINDS } from '../support/every-view.ts';
import { naiveNames } from '../support/naive/aggregates.ts';
import { type NaiveEvent, naiveFold } from '../support/naive/fold.ts';

const SHARDS = 3;
const FOREVER = Number.POSITIVE_INFINITY;
const kinds = Object.keys(KINDS) as WindowSpec['kind'][];

it('every aggregate there is has a naive counterpart', () => {
  expect(naiveNames().sort()).toEqual([...AGGREGATES.keys()].sort());
});

describe.each(kinds)('%s windows', (kind) => {
  const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });
  const choices = fc.infiniteStream(fc.nat(1_000_000));

  it('give the same rows for any batch cut, any split of the deltas over states, any merge tree', () => {
    fc.assert(
      fc.property(drawnFor(kind, SHARDS), cuts, fc.integer({ min: 1, max: 4 }), choices, (drawn, sizes, states, choice) => {
        const view = viewOf(drawn);
        const choose = (below: number): number => (choice.next().value as number) % below;
        const entries = Array.from({ length: SHARDS }, (_, shard) => run(view, drawn, shard, sizes)).flatMap(({ entries }) => entries);
        // Each entry goes into a state of its own choosing: panes know of no task.
        const spread = Array.from({ length: states }, () => emptyState());
        for (const entry of entries) take(view, spread[choose(states)] as TaskState, entry);
        expectFold(drawn, rowsOf(view, spread, choose));
      }),
      { numRuns: 40 },
    );
  });

  it('give the same rows, in one task, for any permutation within the out-of-orderness', () => {
    const parts = fc.record({ drawn: drawnFor(kind, 1), jitter: choices, sizes: cuts });
    fc.assert(
      fc.property(parts, ({ drawn, jitter, sizes }) => {
        const ordered = inOrder(drawn);
        const { maxOutOfOrderness } = ordered.rules;
        // An event moves behind others by less than is allowed, so no watermark passes it.
        const moved = ordered.events
          .map((event) => ({ event, place: event.time + ((jitter.next().value as number) % (maxOutOfOrderness + 1)) }))
          .sort((a, b) => a.place - b.place)
          .map(({ event }, ordinal) => ({ ...event, ordinal }));
        const permuted = { ...ordered, events: moved };
        const view = viewOf(ordered);
        const [one, other] = [ordered, permuted].map((each) => run(view, each, 0, sizes));
        expect([one?.late, other?.late]).toEqual([0, 0]);
        const rows = rowsOf(view, [other?.state as TaskState], () => 0);
        expect(rows).toEqual(rowsOf(view, [one?.state as TaskState], () => 0));
        expectFold(ordered, rows);
      }),
      { numRuns: 25 },
    );
  });
});

function viewOf({ rules }: Drawn): ViewSpec {
  return everyView(rules.windows, rules.allowedLateness, rules.arrival);
}

/** Events by time, no two at once, each arriving as it happens: those that come after them decide nothing. */
function inOrder({ rules, events }: Drawn): Drawn {
  const times = [...new Set(events.map(({ time }) => time))].sort((a, b) => a - b);
  return {
    rules: { ...rules, arrival: false },
    events: times.map((time, ordinal) => ({ shard: 0, ordinal, time, arrival: time, row: events[ordinal]?.row ?? {} })),
  };
}

/** Takes a shard's events in batches, each entry by way of its bytes. */
function run(view: ViewSpec, { rules, events }: Drawn, shard: number, sizes: readonly number[]) {
  const context = {
    stream: { name: 'events', maxOutOfOrderness: rules.maxOutOfOrderness, maxAhead: FOREVER, maxBehind: FOREVER },
    views: [view],
    shard,
    version: '1',
    mergedThrough: () => Number.NEGATIVE_INFINITY,
  };
  const own = events.filter((event) => event.shard === shard);
  const state = emptyState();
  const entries: Entry[] = [];
  let late = 0;
  for (let from = 0; from < own.length; ) {
    const size = sizes[entries.length % sizes.length] as number;
    const bytes = encodeEntry(step(context, state, own.slice(from, from + size).map(incoming)), [view]);
    // Read twice: what one state takes is its own from then on.
    entries.push(decodeEntry(bytes, 'entry', [view]));
    const entry = decodeEntry(bytes, 'entry', [view]);
    take(view, state, entry);
    late += entry.late.length;
    from += size;
  }
  return { state, entries, late };
}

function take(view: ViewSpec, state: TaskState, entry: Entry): void {
  apply([view], state, entry, { index: state.index + 1, nonce: 'n', committedAt: 0, bytes: 1 });
}

function incoming({ ordinal, time, arrival, row }: NaiveEvent): Incoming {
  return { sequence: String(ordinal + 1), time, arrival, row: row as Row, bytes: () => new Uint8Array() };
}

/** Rows by pane; the panes of each window are merged two by two, in an order that is chosen. */
function rowsOf(
  view: ViewSpec,
  states: readonly TaskState[],
  choose: (below: number) => number,
): Map<string, { row: Row; window: Window }> {
  const rows = new Map<string, { row: Row; window: Window }>();
  const held = states.map((state) => viewState(state, view));
  if (hasKeyWindows(view)) return rowsOfKeyWindows(view, held, choose);
  for (const window of openWindows(timed(view), held, Number.NEGATIVE_INFINITY, FOREVER)) {
    const parts = held.map((state) => {
      const panes = new Map<string, unknown[]>();
      collectPanes(timed(view), state, window, panes);
      return panes;
    });
    while (parts.length > 1) {
      const [one] = parts.splice(choose(parts.length), 1) as [Map<string, unknown[]>];
      const other = parts[choose(parts.length)] as Map<string, unknown[]>;
      for (const [key, pane] of one) mergePane(view, other, key, pane);
    }
    const page = encodePage(view, window, [...(parts[0] as Map<string, unknown[]>)]);
    for (const [key, pane] of decodePage(page, 'page', view)) {
      rows.set(`${window.start}/${window.end} ${key}`, { row: resultRow(view, key, window, pane), window });
    }
  }
  return rows;
}

/** The same where windows come from a key's own events: the spans of each window are merged in an order that is chosen. */
function rowsOfKeyWindows(view: KeyWindowView, held: readonly ViewState[], choose: (below: number) => number): ReturnType<typeof rowsOf> {
  const rows: ReturnType<typeof rowsOf> = new Map();
  for (const { key, window, spans } of keyPanes(view, collectSpans(held, Number.NEGATIVE_INFINITY, NO_SPANS))) {
    const left = [...spans];
    const shuffled = spans.map(() => left.splice(choose(left.length), 1)[0] as Span);
    const page = encodeSpans(view, [{ key, ...window, reach: window.start, pane: mergedSpans(view, shuffled) }]);
    for (const { key: k, start, end, pane } of decodeSpans(page, 'page', view)) {
      rows.set(`${start}/${end} ${k}`, { row: resultRow(view, k, { start, end }, pane), window: { start, end } });
    }
  }
  return rows;
}

function expectFold({ rules, events }: Drawn, rows: ReturnType<typeof rowsOf>): void {
  const { panes } = naiveFold(rules, events);
  expect([...rows.keys()].sort()).toEqual([...panes.keys()].sort());
  for (const [pane, events] of panes) {
    const { row, window } = rows.get(pane) as { row: Row; window: Window };
    expectRow(row, events, window);
  }
}
