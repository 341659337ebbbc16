import { passedFrom, spanOf } from '../lateness.ts';
import type { KeyWindowView } from '../view.ts';
import type { Windowing, WindowState } from '../windowing.ts';
import { boundaryAfter, windowsOfSpans } from '../windows/key-window.ts';
import { type KeySpan, spansCodec } from './span-codec.ts';
import { SpanDeltaBuilder } from './span-delta.ts';
import { UnalignedState } from './unaligned-state.ts';

/** Unaligned windows, whose bounds depend on the events of the key: session and stagger. */
export function unalignedWindowing(view: KeyWindowView): Windowing<readonly KeySpan[]> {
  const deltas = spansCodec(view);
  const { window, allowedLateness } = view;
  return {
    create: () => new UnalignedState(view),
    delta: (held) => new SpanDeltaBuilder(view, held as UnalignedState | undefined),
    deltas,
    decodePart(input) {
      const spans = deltas.read(input);
      return (into: WindowState<readonly KeySpan[]>) => (into as UnalignedState).restore(spans);
    },
    isAligned: false,
    lateFrom(time) {
      const span = spanOf(window, time, Number.NEGATIVE_INFINITY, [], []);
      if (!span) return [];
      return windowsOfSpans(window, [{ ...span, pane: [] }]).map((of) => ({ window: of.window, from: passedFrom(view, span.end) }));
    },
    nextClose: (watermark) => boundaryAfter(window, watermark - allowedLateness) + allowedLateness,
    // An event exactly at a session's end extends it.
    finalEnd: (end) => end + allowedLateness + (window.kind === 'session' ? 1 : 0),
  };
}
