import { MillraceError } from '../../core/errors.ts';
import { encodeKey } from '../../core/key.ts';
import { isClosed } from '../../core/lateness.ts';
import { mergePane, resultRow } from '../../core/result.ts';
import { type SlidingSpec, type Window, windowsOverlap } from '../../core/window.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import { WINDOWS_OUTLIVE } from '../../store/ports.ts';
import { type KeyPanes, keyPanes } from './key-panes.ts';
import type { PaneRange } from './pane-range.ts';
import type { KeyQuery, ResultRow, RowsPage } from './query.ts';
import { type Reader, viewId } from './reader.ts';
import { type Reading, readView } from './reading.ts';

/** Maximum number of windows read for one page; a page of a rare key has fewer rows and a position to continue from. */
const WINDOWS_PER_PAGE = 2000;
/** Windows in one roll-up. */
const WINDOWS_PER_ROLL_UP = 10_000;

/**
 * All windows of one key, by start and then end; with `every`, one row per interval of that length, with merged accumulators.
 *
 * @returns a page of rows; `next` is the last window or roll-up that was read
 * @throws MillraceError `argument` when there is no such view, or `every` does not fit it
 */
export async function readKeyRows(reader: Reader, query: KeyQuery): Promise<RowsPage<Window>> {
  return readView(reader, query, (reading, view) => keyRows(reading, view, query));
}

/** The same within a reading. */
export async function keyRows(
  reading: Reading,
  view: ViewPlan,
  query: Omit<KeyQuery, 'view' | 'asOf'>,
): Promise<Pick<RowsPage<Window>, 'rows' | 'next'>> {
  const key = encodeKey(query.key);
  const rollUp = query.every === undefined ? undefined : { every: query.every, ...checkRollUp(view, query.every) };
  const found = await keyPanes(reading, view, key, rangeOf(query, rollUp));
  return rollUp ? rollUps(reading, view, key, found, query, rollUp) : windowRows(view, key, found, query.limit);
}

/** A roll-up: one row per interval of this length, aligned to an offset from the epoch. */
interface RollUp {
  readonly every: number;
  readonly offset: number;
  /** length of the windows */
  readonly size: number;
}

/** The range of the windows to read; a roll-up belongs to a range if its own start does. */
function rangeOf({ from, to, order, after, limit }: Omit<KeyQuery, 'view' | 'asOf'>, rollUp: RollUp | undefined): PaneRange {
  const ahead = rollUp ? (limit + 1) * (rollUp.every / rollUp.size) : limit;
  const range = { from: from ?? Number.NEGATIVE_INFINITY, to: to ?? Number.POSITIVE_INFINITY, order, ahead };
  if (!rollUp) return { ...range, after };
  const up = (instant: number): number => Math.ceil((instant - rollUp.offset) / rollUp.every) * rollUp.every + rollUp.offset;
  const whole = { ...range, from: up(range.from), to: up(range.to) };
  if (!after) return whole;
  return order === 'asc' ? { ...whole, from: Math.max(whole.from, after.end) } : { ...whole, to: Math.min(whole.to, after.start) };
}

/**
 * Checks that a view's windows can be rolled up to intervals of a length.
 *
 * @returns the view's windows
 * @throws MillraceError `argument`
 */
export function checkRollUp({ name, window }: ViewPlan, every: number): SlidingSpec {
  if (windowsOverlap(window)) {
    throw new MillraceError(
      'argument',
      `view "${name}" has overlapping windows, which cannot be rolled up: an event would count more than once`,
    );
  }
  if (window.kind !== 'tumbling' && window.kind !== 'hopping') {
    throw new MillraceError(
      'argument',
      `view "${name}" has ${window.kind} windows, which cannot be rolled up: only windows of one length can, that begin at the same times for every key`,
    );
  }
  const { size } = window;
  if (!(every > 0) || every % size !== 0 || every / size > WINDOWS_PER_ROLL_UP) {
    throw new MillraceError('argument', `a roll-up must be 1 to ${WINDOWS_PER_ROLL_UP} times the window of ${size} ms, not ${every} ms`);
  }
  return window;
}

async function windowRows(view: ViewPlan, key: string, found: KeyPanes, limit: number): Promise<Pick<RowsPage<Window>, 'rows' | 'next'>> {
  const rows: ResultRow[] = [];
  let looked = 0;
  for await (const { window, final, pane } of found.panes) {
    looked++;
    if (pane) rows.push(rowOf(view, key, window, pane, final));
    if (rows.length >= limit || looked >= WINDOWS_PER_PAGE) return { rows, next: window };
  }
  return { rows, next: undefined };
}

async function rollUps(
  reading: Reading,
  view: ViewPlan,
  key: string,
  found: KeyPanes,
  query: Pick<KeyQuery, 'limit'>,
  { every, offset }: RollUp,
): Promise<Pick<RowsPage<Window>, 'rows' | 'next'>> {
  const rows: ResultRow[] = [];
  let looked = 0;
  let rolled: Window | undefined;
  let panes: Map<string, unknown[]> = new Map();
  const close = async (): Promise<void> => {
    const pane = panes.get(key);
    if (rolled && pane && !(await hasLostWindows(reading, view, rolled)))
      rows.push(rowOf(view, key, rolled, pane, isClosed(rolled.end, view.allowedLateness, found.through)));
    panes = new Map();
  };
  for await (const { window, pane } of found.panes) {
    const start = Math.floor((window.start - offset) / every) * every + offset;
    if (start !== rolled?.start) {
      await close();
      if (rows.length >= query.limit || looked >= WINDOWS_PER_PAGE) return { rows, next: rolled };
      rolled = { start, end: start + every };
    }
    looked++;
    if (pane) mergePane(view, panes, key, pane);
  }
  await close();
  return { rows, next: undefined };
}

/** Whether a roll-up may be incomplete because one of its windows is past its retention. */
async function hasLostWindows(reading: Reading, view: ViewPlan, { start, end }: Window): Promise<boolean> {
  const now = reading.reader.runtime.clock.now();
  // Results are written after their window ends, so windows that started later are complete.
  if (start > now - view.retention) return false;
  // The items that were written first may have expired completely.
  if (start <= now - view.retention - WINDOWS_OUTLIVE) return true;
  const range = { from: start, to: end, order: 'asc', limit: WINDOWS_PER_ROLL_UP, now: Number.NEGATIVE_INFINITY } as const;
  const windows = await reading.store.results.windows(viewId(reading.reader, view), range);
  return windows.some(({ expiresAt }) => expiresAt <= now);
}

/** A pane as a row of the answer. */
export function rowOf(view: ViewPlan, key: string, window: Window, pane: readonly unknown[], final: boolean): ResultRow {
  return Object.assign(resultRow(view, key, window, pane), { final });
}
