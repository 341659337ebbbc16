import { alignedWindowing } from './aligned/aligned.ts';
import { ExpandingDeltaBuilder } from './expanding-delta.ts';
import { unalignedWindowing } from './unaligned/unaligned.ts';
import type { ViewSpec } from './view.ts';
import type { Windowing } from './windowing.ts';

/** The family of each kind of windows. */
const KINDS = {
  tumbling: alignedWindowing,
  hopping: alignedWindowing,
  cumulate: alignedWindowing,
  calendar: alignedWindowing,
  global: alignedWindowing,
  session: unalignedWindowing,
  stagger: unalignedWindowing,
} satisfies Readonly<Record<string, (view: never) => Windowing>>;

const known = new WeakMap<ViewSpec, Windowing>();

/** The windowing of a view; computed once. */
export function windowingOf(view: ViewSpec): Windowing {
  let windowing = known.get(view);
  if (!windowing) {
    const own: Windowing = KINDS[view.window.kind](view as never);
    const { expand } = view;
    windowing = expand ? { ...own, delta: (held) => new ExpandingDeltaBuilder(view, expand, own.delta(held)) } : own;
    known.set(view, windowing);
  }
  return windowing;
}
