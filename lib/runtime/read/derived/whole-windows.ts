import { type Window, windowLengths, windowName } from '../../../core/window.ts';
import type { Relation } from '../../../plan/relation.ts';
import { awaitsOthers } from '../../../query/awaited.ts';
import type { Range } from '../../../query/demands.ts';
import { scansOf, windowsIn } from '../../../query/scans.ts';
import type { UnitMeter } from '../../units.ts';
import { type Reader, viewId, viewPlan } from '../reader.ts';

/** Expired windows looked at of one view. */
const MOST_WINDOWS = 10_000;

/**
 * The windows of a relation of which a part is past its retention: their rows would be made of what is left. To be asked for once the
 * rows were read.
 *
 * @returns their names
 */
export async function goneWindows(reader: Reader, relation: Relation, range: Range, units: UnitMeter): Promise<ReadonlySet<string>> {
  // Of one window, all is gone at once.
  if (!awaitsOthers(relation)) return new Set();
  const { clock, store } = reader.runtime;
  const now = clock.now();
  const expired = new Map<string, readonly Window[]>();
  for (const [name, { from, to }] of scansOf(relation, range)) {
    const view = viewPlan(reader, name);
    // Nothing is written before its window ends.
    const wanted = { from: from - windowLengths(view.window).longest, to: Math.min(to, now - view.retention) + 1 };
    if (!(wanted.from < wanted.to)) continue;
    const query = { ...wanted, order: 'desc', limit: MOST_WINDOWS, now: Number.NEGATIVE_INFINITY } as const;
    const windows = await store.metered(units).results.windows(viewId(reader, view), query);
    expired.set(
      name,
      windows.filter(({ end, expiresAt }) => end >= from && expiresAt <= now),
    );
  }
  const gone = windowsIn(relation, (view) => expired.get(view) ?? []);
  return new Set(gone.filter((window) => window !== undefined).map(windowName));
}
