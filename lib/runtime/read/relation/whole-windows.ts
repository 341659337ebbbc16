import { type Window, windowLengths, windowName } from '../../../core/window.ts';
import type { Relation } from '../../../plan/relation.ts';
import { awaitsOthers } from '../../../query/awaited.ts';
import { basesOf, scansOf, windowsIn } from '../../../query/scans.ts';
import { viewId, viewPlan } from '../reader.ts';
import type { Reading } from '../reading.ts';

/** Maximum number of expired windows checked per view. */
const MOST_WINDOWS = 10_000;

/**
 * Rows of a relation, without those of windows that are incomplete because a part is past its retention.
 */
export async function ofWholeWindows<R extends { readonly window: Window | undefined }>(
  reading: Reading,
  relation: Relation,
  rows: readonly R[],
): Promise<R[]> {
  const gone = await goneWindows(
    reading,
    relation,
    rows.flatMap(({ window }) => window ?? []),
  );
  return rows.filter(({ window }) => window === undefined || !gone.has(windowName(window)));
}

async function goneWindows(reading: Reading, relation: Relation, windows: readonly Window[]): Promise<ReadonlySet<string>> {
  // A single window expires as a whole.
  if (!awaitsOthers(relation)) return new Set();
  const { reader } = reading;
  const now = reader.runtime.clock.now();
  // Results are written after their window ends, so windows that started later have all their parts.
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
    const found = await reading.store.results.windows(viewId(reader, view), query);
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
