import { type Window, windowLengths, windowName } from '../../../core/window.ts';
import type { Relation } from '../../../plan/relation.ts';
import { awaitsOthers } from '../../../query/awaited.ts';
import { basesOf, scansOf, windowsIn } from '../../../query/scans.ts';
import type { UnitMeter } from '../../units.ts';
import { type Reader, viewId, viewPlan } from '../reader.ts';

/** Expired windows looked at of one view. */
const MOST_WINDOWS = 10_000;

/**
 * Rows of a relation but for those of windows of which a part is past its retention: these are made of what is left. To be asked for
 * once the views were read.
 */
export async function ofWholeWindows<R extends { readonly window: Window | undefined }>(
  reader: Reader,
  relation: Relation,
  rows: readonly R[],
  units: UnitMeter,
): Promise<R[]> {
  const gone = await goneWindows(
    reader,
    relation,
    rows.flatMap(({ window }) => window ?? []),
    units,
  );
  return rows.filter(({ window }) => window === undefined || !gone.has(windowName(window)));
}

async function goneWindows(reader: Reader, relation: Relation, windows: readonly Window[], units: UnitMeter): Promise<ReadonlySet<string>> {
  // Of one window, all is gone at once.
  if (!awaitsOthers(relation)) return new Set();
  const { clock, store } = reader.runtime;
  const now = clock.now();
  // Nothing is written before its window ends, so what began later has all its parts.
  const horizon = now - Math.min(...basesOf(relation).map((view) => viewPlan(reader, view).retention));
  const old = windows.filter(({ start }) => start <= horizon);
  if (old.length === 0) return new Set();
  const range = { from: least(old.map(({ start }) => start)), to: -least(old.map(({ end }) => -end)) };
  const expired = new Map<string, readonly Window[]>();
  for (const [name, { from, to }] of scansOf(relation, range)) {
    const view = viewPlan(reader, name);
    const wanted = { from: from - windowLengths(view.window).longest, to: Math.min(to, now - view.retention) + 1 };
    if (!(wanted.from < wanted.to)) continue;
    const query = { ...wanted, order: 'desc', limit: MOST_WINDOWS, now: Number.NEGATIVE_INFINITY } as const;
    const found = await store.metered(units).results.windows(viewId(reader, view), query);
    expired.set(
      name,
      found.filter(({ end, expiresAt }) => end >= from && expiresAt <= now),
    );
  }
  const gone = windowsIn(relation, (view) => expired.get(view) ?? []);
  return new Set(gone.filter((window) => window !== undefined).map(windowName));
}

function least(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}
