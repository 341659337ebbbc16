import { list } from '../codec.ts';
import type { TimeWindowView } from '../view.ts';
import { firstWindowEnd, windowsOf } from '../window.ts';
import type { DeltaBuilder, Windowing, WindowState } from '../windowing.ts';
import { AlignedState } from './aligned-state.ts';
import { BoundedDeltaBuilder } from './bounded-delta.ts';
import { type CellDelta, cellAt, cellCodec } from './cell.ts';
import { CellDeltaBuilder } from './cell-delta.ts';

/** Aligned windows, with the same bounds for every key: tumbling, hopping, cumulate, calendar and global. */
export function alignedWindowing(view: TimeWindowView): Windowing<readonly CellDelta[]> {
  const cell = cellCodec(view);
  return {
    create: () => new AlignedState(view),
    delta(held): DeltaBuilder<readonly CellDelta[]> {
      if (view.maxKeys === undefined) return new CellDeltaBuilder(view);
      return new BoundedDeltaBuilder(view, view.maxKeys, (held as AlignedState | undefined)?.keysOfAllTime);
    },
    deltas: list(cell),
    decodePart(input) {
      const { start, fromEnd, keys, panes } = cell.read(input);
      return (into: WindowState<readonly CellDelta[]>) => {
        const target = cellAt((into as AlignedState).cells, start, fromEnd).panes;
        for (const [j, key] of keys.entries()) target.set(key, panes[j] as unknown[]);
      };
    },
    isAligned: true,
    lateFrom: (time) => windowsOf(view.window, time).map((window) => ({ window, from: window.end + view.allowedLateness })),
    nextClose: (watermark) => firstWindowEnd(view.window, watermark - view.allowedLateness) + view.allowedLateness,
    finalEnd: (end) => end + view.allowedLateness,
  };
}
