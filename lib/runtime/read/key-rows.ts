import { MillraceError } from '../../core/errors.ts';
import { encodeKey } from '../../core/key.ts';
import { mergePane, resultRow } from '../../core/result.ts';
import { isClosed } from '../../core/watermark.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import { UnitMeter } from '../units.ts';
import { type KeyPane, type KeyPanes, keyPanes } from './key-panes.ts';
import type { KeyQuery, ResultRow, RowsPage } from './query.ts';
import { type Reader, viewPlan } from './reader.ts';

/** Windows looked at for one page; a key that is rarely there gets a page with fewer rows and a place to go on. */
const WINDOWS_PER_PAGE = 2000;
/** Windows in one roll-up. */
const WINDOWS_PER_ROLL_UP = 10_000;

/**
 * All windows of one key, in order of their start; with `every`, one row for that much time, its accumulators merged.
 *
 * @returns a page of rows; `next` is the start of the last window or roll-up looked at
 * @throws MillraceError `argument` when there is no such view, or `every` does not fit it
 */
export async function readKeyRows(reader: Reader, query: KeyQuery): Promise<RowsPage<number>> {
  const view = viewPlan(reader, query.view);
  const units = new UnitMeter();
  const store = reader.runtime.store.metered(units);
  const key = encodeKey(query.key);
  const step = query.every ?? view.window.slide;
  if (query.every !== undefined) checkRollUp(view, query.every);
  const found = await keyPanes(reader, store, view, key, rangeOf(view, query, step), query.asOf);
  const page = query.every === undefined ? await windowRows(view, key, found, query.limit) : await rollUps(view, key, found, query, step);
  return { ...page, asOf: found.asOf, watermark: found.watermark, units };
}

/** Where the windows asked for start; a roll-up belongs to a range when its own start does. */
function rangeOf(view: ViewPlan, query: KeyQuery, step: number): { from: number; to: number; order: 'asc' | 'desc' } {
  const up = (instant: number): number =>
    query.every === undefined ? instant : Math.ceil((instant - view.window.offset) / step) * step + view.window.offset;
  let from = up(query.from ?? Number.NEGATIVE_INFINITY);
  let to = up(query.to ?? Number.POSITIVE_INFINITY);
  if (query.after !== undefined) {
    if (query.order === 'asc') from = Math.max(from, query.every === undefined ? query.after + 1 : query.after + step);
    else to = Math.min(to, query.after);
  }
  return { from, to, order: query.order };
}

/** @throws MillraceError `argument` */
export function checkRollUp(view: ViewPlan, every: number): void {
  const { size, slide } = view.window;
  if (slide !== size) {
    throw new MillraceError(
      'argument',
      `view "${view.name}" has overlapping windows, which cannot be rolled up: an event would count more than once`,
    );
  }
  if (!(every > 0) || every % size !== 0 || every / size > WINDOWS_PER_ROLL_UP) {
    throw new MillraceError('argument', `a roll-up must be 1 to ${WINDOWS_PER_ROLL_UP} times the window of ${size} ms, not ${every} ms`);
  }
}

async function windowRows(view: ViewPlan, key: string, found: KeyPanes, limit: number): Promise<Pick<RowsPage<number>, 'rows' | 'next'>> {
  const rows: ResultRow[] = [];
  let looked = 0;
  for await (const { start, final, pane } of found.panes) {
    looked++;
    if (pane) rows.push(rowOf(view, key, start, start + view.window.size, pane, final));
    if (rows.length >= limit || looked >= WINDOWS_PER_PAGE) return { rows, next: start };
  }
  return { rows, next: undefined };
}

async function rollUps(
  view: ViewPlan,
  key: string,
  found: KeyPanes,
  query: KeyQuery,
  every: number,
): Promise<Pick<RowsPage<number>, 'rows' | 'next'>> {
  const rows: ResultRow[] = [];
  const { offset } = view.window;
  let looked = 0;
  let start: number | undefined;
  let panes: Map<string, unknown[]> = new Map();
  const close = (): void => {
    const pane = panes.get(key);
    if (start !== undefined && pane) {
      rows.push(rowOf(view, key, start, start + every, pane, isClosed(start + every, view.allowedLateness, found.through)));
    }
    panes = new Map();
  };
  for await (const part of found.panes as AsyncIterable<KeyPane>) {
    const bucket = Math.floor((part.start - offset) / every) * every + offset;
    if (bucket !== start) {
      close();
      if (rows.length >= query.limit || looked >= WINDOWS_PER_PAGE) return { rows, next: start };
      start = bucket;
    }
    looked++;
    if (part.pane) mergePane(view, panes, key, part.pane);
  }
  close();
  return { rows, next: undefined };
}

/** A pane as a row of the answer. */
export function rowOf(view: ViewPlan, key: string, start: number, end: number, pane: readonly unknown[], final: boolean): ResultRow {
  return Object.assign(resultRow(view, key, { start, end }, pane), { final });
}
