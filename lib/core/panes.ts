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

/** The operations on panes of a view. */
export interface PaneWork {
  /** Makes the states of no events. */
  readonly create: () => unknown[];
  readonly merge: MergePane;
}

const known = new WeakMap<ViewSpec, PaneWork>();

/** How to create and merge panes of a view; computed once, because there are millions of panes. */
export function paneWork(view: ViewSpec): PaneWork {
  let work = known.get(view);
  if (!work) {
    work = paneWorkOf(view);
    known.set(view, work);
  }
  return work;
}

function paneWorkOf(view: ViewSpec): PaneWork {
  const empty: unknown[] = view.aggregates.map(() => null);
  const held = view.aggregates.flatMap(({ accumulator }, at) => (accumulator === keptElsewhere ? [] : [{ at, accumulator }]));
  return {
    create() {
      // A copy has its exact length: an array that grows takes room for seventeen, and there is one per key and batch.
      const pane = empty.slice();
      for (const { at, accumulator } of held) pane[at] = accumulator.create();
      return pane;
    },
    merge(into, from) {
      for (const { at, accumulator } of held) into[at] = accumulator.merge(into[at], from[at]);
    },
  };
}
