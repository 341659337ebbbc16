import { MillraceError } from '../../core/errors.ts';
import { encodeKey } from '../../core/key.ts';
import { mergePane, resultRow } from '../../core/result.ts';
import { isClosed } from '../../core/watermark.ts';
import { type SlidingSpec, type Window, windowsOverlap } from '../../core/window.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import { UnitMeter } from '../units.ts';
import { type KeyPanes, keyPanes } from './key-panes.ts';
import type { PaneRange } from './pane-range.ts';
import type { KeyQuery, ResultRow, RowsPage } from './query.ts';
import { type Reader, viewPlan } from './reader.ts';

/** Windows looked at for one page; a key that is rarely there gets a page with fewer rows and a place to go on. */
const WINDOWS_PER_PAGE = 2000;
/** Windows in one roll-up. */
const WINDOWS_PER_ROLL_UP = 10_000;

/**
 * All windows of one key, by start and then end; with `every`, one row for that much time, its accumulators merged.
 *
 * @returns a page of rows; `next` is the last window or roll-up looked at
 * @throws MillraceError `argument` when there is no such view, or `every` does not fit it
 */
export async function readKeyRows(reader: Reader, query: KeyQuery): Promise<RowsPage<Window>> {
  const view = viewPlan(reader, query.view);
  const units = new UnitMeter();
  const store = reader.runtime.store.metered(units);
  const key = encodeKey(query.key);
  const rollUp = query.every === undefined ? undefined : { every: query.every, offset: checkRollUp(view, query.every).offset };
  const found = await keyPanes(reader, store, view, key, rangeOf(query, rollUp), query.asOf);
  const page = rollUp ? await rollUps(view, key, found, query, rollUp) : await windowRows(view, key, found, query.limit);
  return { ...page, asOf: found.asOf, watermark: found.watermark, units };
}

/** One row for so much time, counted from an offset after the epoch. */
interface RollUp {
  readonly every: number;
  readonly offset: number;
}

/** Where the windows asked for start; a roll-up belongs to a range when its own start does. */
function rangeOf({ from, to, order, after }: KeyQuery, rollUp: RollUp | undefined): PaneRange {
  const range = { from: from ?? Number.NEGATIVE_INFINITY, to: to ?? Number.POSITIVE_INFINITY, order };
  if (!rollUp) return { ...range, after };
  const up = (instant: number): number => Math.ceil((instant - rollUp.offset) / rollUp.every) * rollUp.every + rollUp.offset;
  const whole = { ...range, from: up(range.from), to: up(range.to) };
  if (!after) return whole;
  return order === 'asc' ? { ...whole, from: Math.max(whole.from, after.end) } : { ...whole, to: Math.min(whole.to, after.start) };
}

/**
 * Checks that a view's windows can be rolled up by so much time.
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
  view: ViewPlan,
  key: string,
  found: KeyPanes,
  query: KeyQuery,
  { every, offset }: RollUp,
): Promise<Pick<RowsPage<Window>, 'rows' | 'next'>> {
  const rows: ResultRow[] = [];
  let looked = 0;
  let rolled: Window | undefined;
  let panes: Map<string, unknown[]> = new Map();
  const close = (): void => {
    const pane = panes.get(key);
    if (rolled && pane) rows.push(rowOf(view, key, rolled, pane, isClosed(rolled.end, view.allowedLateness, found.through)));
    panes = new Map();
  };
  for await (const { window, pane } of found.panes) {
    const start = Math.floor((window.start - offset) / every) * every + offset;
    if (start !== rolled?.start) {
      close();
      if (rows.length >= query.limit || looked >= WINDOWS_PER_PAGE) return { rows, next: rolled };
      rolled = { start, end: start + every };
    }
    looked++;
    if (pane) mergePane(view, panes, key, pane);
  }
  close();
  return { rows, next: undefined };
}

/** A pane as a row of the answer. */
export function rowOf(view: ViewPlan, key: string, window: Window, pane: readonly unknown[], final: boolean): ResultRow {
  return Object.assign(resultRow(view, key, window, pane), { final });
}
