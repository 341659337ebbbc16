import type { MillraceError } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import { windowingOf } from '../core/window-kinds.ts';
import { awaitedEnds, awaitsOthers } from '../query/awaited.ts';
import { basesOf } from '../query/scans.ts';
import type { Store } from '../store/ports.ts';
import { type Runtime, viewsOf } from './runtime.ts';
import { isUnreadable } from './unreadable.ts';

const EVER = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, order: 'desc', limit: 1 } as const;

/** How far views have to be merged because others wait for them. */
export interface Awaited {
  /** boundaries by view, allowed lateness included; none for views that nobody waits for */
  readonly boundaries: ReadonlyMap<string, Instant>;
  /** why a view's windows cannot be read: derived views that read it wait, and `boundaries` leaves out what they wait for */
  readonly failures: readonly MillraceError[];
}

/**
 * How far views of a stream must be merged so that final results of derived views do not wait for them. A joined view without rows,
 * or the rest of a larger window, has no windows that would move its boundary. A view whose windows cannot be read holds back only the
 * derived views that read it.
 */
export async function awaitedBoundaries(runtime: Runtime, store: Store, stream: string): Promise<Awaited> {
  const { plan, clock } = runtime;
  const own = new Map(viewsOf(runtime, stream).map((view) => [view.name, view]));
  const relations = plan.derived
    .map(({ relation }) => relation)
    .filter((relation) => awaitsOthers(relation) && basesOf(relation).some((view) => own.has(view)));
  const lastEnds = new Map<string, Instant>();
  const failures: MillraceError[] = [];
  for (const view of new Set(relations.flatMap(basesOf))) {
    try {
      const [last] = await store.results.windows({ application: plan.name, view }, { ...EVER, now: clock.now() });
      lastEnds.set(view, last?.end ?? Number.NEGATIVE_INFINITY);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      failures.push(error);
    }
  }
  const boundaries = new Map<string, Instant>();
  for (const relation of relations.filter((each) => basesOf(each).every((view) => lastEnds.has(view)))) {
    for (const [name, end] of awaitedEnds(relation, (view) => lastEnds.get(view) ?? Number.NEGATIVE_INFINITY)) {
      const view = own.get(name);
      if (view) boundaries.set(name, Math.max(windowingOf(view).finalEnd(end), boundaries.get(name) ?? Number.NEGATIVE_INFINITY));
    }
  }
  return { boundaries, failures };
}
