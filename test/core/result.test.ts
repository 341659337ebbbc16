import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AlignedState } from '../../lib/core/aligned/aligned-state.ts';
import { cellsOf, openWindows } from '../../lib/core/result.ts';
import type { ViewState } from '../../lib/core/state.ts';
import { timed } from '../../lib/core/view.ts';
import { sliceStart, type TimeWindowSpec, type Window, windowsOf } from '../../lib/core/window.ts';
import { bagView } from '../support/views.ts';

const SPECS: readonly TimeWindowSpec[] = [
  { kind: 'tumbling', size: 10, slide: 10, offset: 3 },
  { kind: 'hopping', size: 60, slide: 10, offset: 0 },
  { kind: 'hopping', size: 25, slide: 10, offset: 5 },
  { kind: 'cumulate', size: 40, slide: 10, offset: 0 },
  { kind: 'calendar', unit: 'day', timeZone: 'Europe/Berlin' },
];
const DAY = 86_400_000;

/** Cells of events at some times, of which the first few windows were closed for some. */
const held = (spec: TimeWindowSpec) =>
  fc
    .array(fc.tuple(fc.integer({ min: -100, max: 300 }), fc.nat({ max: 5 })), { maxLength: 30 })
    .map((events): { state: ViewState; windows: Window[] } => {
      const held = new AlignedState(timed(bagView(spec, 7)));
      const { cells } = held;
      const windows: Window[] = [];
      for (const [time, closed] of events) {
        const at = spec.kind === 'calendar' ? time * DAY : time;
        const open = windowsOf(spec, at).slice(closed);
        const [first] = open;
        if (!first) continue;
        windows.push(...open);
        const start = sliceStart(spec, at);
        cells.set(start, [...(cells.get(start) ?? []), { start, fromEnd: first.end, panes: new Map() }]);
      }
      return { state: { dropped: Number.NEGATIVE_INFINITY, held }, windows };
    });

describe.each(SPECS)('$kind windows of $size ms every $slide ms', (spec) => {
  const view = timed(bagView(spec, 7));

  it('are open that an event falls in and that were not closed for it, each once, by end', () => {
    const bound = fc.integer({ min: -150, max: 400 }).map((at) => (spec.kind === 'calendar' ? at * DAY : at));
    fc.assert(
      fc.property(held(spec), held(spec), bound, bound, (one, other, after, through) => {
        const ends = new Map([...one.windows, ...other.windows].map((window) => [window.end, window]));
        const wanted = [...ends.values()].filter(({ end }) => end + 7 > after && end + 7 <= through).sort((a, b) => a.end - b.end);
        expect(openWindows(view, [one.state, other.state], after, through)).toEqual(wanted);
      }),
      { numRuns: 500 },
    );
  });

  it('are made up of the cells that begin in them and count from them on', () => {
    fc.assert(
      fc.property(held(spec), ({ state, windows }) => {
        for (const window of windows) {
          const all = [...(state.held as AlignedState).cells.values()].flat();
          const wanted = all.filter(({ start, fromEnd }) => start >= window.start && start < window.end && fromEnd <= window.end);
          expect(new Set(cellsOf(view, state, window))).toEqual(new Set(wanted));
        }
      }),
    );
  });
});
