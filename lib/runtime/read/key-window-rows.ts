import type { Row } from '../../core/column.ts';
import { MillraceError } from '../../core/errors.ts';
import { resultRow } from '../../core/result.ts';
import type { Window } from '../../core/window.ts';
import type { KeyWindowPlan } from '../carried.ts';
import { UnitMeter } from '../units.ts';
import { finalWindowsTouching } from './final-key-windows.ts';
import { windowsNotFinal } from './open-windows.ts';
import type { AsOf } from './query.ts';
import { type Reader, withSnapshot } from './reader.ts';

/** Rows, each with its window. */
export interface KeyWindowRows {
  readonly rows: readonly { readonly row: Row; readonly window: Window }[];
  readonly asOf: AsOf;
  readonly watermark: number;
  readonly units: UnitMeter;
}

/**
 * All rows of a view whose windows come from a key's own events, final and open ones, of windows that touch `[from, to]`; by start, end and key.
 *
 * @param most how many rows at most
 * @throws MillraceError `argument` when there are more
 */
export async function readRowsOfKeyWindows(
  reader: Reader,
  view: KeyWindowPlan,
  { from, to }: { readonly from: number; readonly to: number },
  most: number,
  asOf: AsOf | undefined,
): Promise<KeyWindowRows> {
  const units = new UnitMeter();
  const store = reader.runtime.store.metered(units);
  const found = await withSnapshot(reader, store, view, 'all', asOf, (snapshot) => ({
    live: windowsNotFinal(view, snapshot)
      .filter(({ window }) => window.start <= to && window.end >= from)
      .flatMap(({ window, panes }) => Array.from(panes(), ([key, pane]) => ({ key, ...window, pane }))),
    asOf: snapshot.asOf,
    watermark: snapshot.watermark,
    through: snapshot.through,
  }));
  const final = await finalWindowsTouching(reader, store, view, { from, to, through: found.through, limit: most - found.live.length });
  if (!final) {
    throw new MillraceError(
      'argument',
      `this would read more than ${most} rows of view "${view.name}": ask for less time, e.g. by from and to`,
    );
  }
  const rows = [...final, ...found.live]
    .sort((a, b) => a.start - b.start || a.end - b.end || (a.key < b.key ? -1 : Number(a.key > b.key)))
    .map(({ key, start, end, pane }) => ({ row: resultRow(view, key, { start, end }, pane), window: { start, end } }));
  return { rows, asOf: found.asOf, watermark: found.watermark, units };
}
