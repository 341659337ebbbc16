import { keptElsewhere } from './accumulators/kept-elsewhere.ts';
import type { ViewSpec } from './view.ts';

/** How an event is added to a view's panes; places without a state are left out. */
export type Adds = readonly { readonly at: number; readonly add: ViewSpec['aggregates'][number]['add'] }[];

/** How to add events to the panes of a view. */
export function addsOf(view: ViewSpec): Adds {
  return view.aggregates.flatMap(({ accumulator, add }, at) => (accumulator === keptElsewhere ? [] : [{ at, add }]));
}

/** Adds the states of one pane to another's, which it changes. */
export type MergePane = (into: unknown[], from: readonly unknown[]) => void;

/** How to merge panes of a view. */
export function mergesOf(view: ViewSpec): MergePane {
  const merges = view.aggregates.flatMap(({ accumulator }, at) =>
    accumulator === keptElsewhere ? [] : [{ at, merge: accumulator.merge }],
  );
  return (into, from) => {
    for (const { at, merge } of merges) into[at] = merge(into[at], from[at]);
  };
}

/** Makes the states of no events, in an array of exact length: one that grows takes room for seventeen, and there is one per key and batch. */
export function paneMaker(view: ViewSpec): () => unknown[] {
  const empty: unknown[] = view.aggregates.map(() => null);
  const made = view.aggregates.flatMap(({ accumulator }, at) => (accumulator === keptElsewhere ? [] : [{ at, accumulator }]));
  return () => {
    const pane = empty.slice();
    for (const { at, accumulator } of made) pane[at] = accumulator.create();
    return pane;
  };
}
