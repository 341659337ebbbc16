import { createHash } from 'node:crypto';
import type { DerivedViewPlan } from '../../../plan/relation.ts';
import { groupKey } from '../../../query/group-key.ts';
import type { ColumnOrder } from '../../../query/natural-order.ts';
import { byColumns, comparator } from '../../../query/order.ts';
import type { RelationRow } from '../relation/relation-rows.ts';

/** A row's position in its window: the values it is sorted by. It stays valid when rows before it are added or removed. */
export interface RowPlace {
  /** values of the columns it is sorted by */
  readonly values: readonly unknown[];
  /** the row's place among rows with the same values */
  readonly key: string;
  /** the row's number among rows that are equal in all columns */
  readonly nth: number;
}

/** A row and its place. */
export interface PlacedRow {
  readonly row: RelationRow;
  readonly place: RowPlace;
}

/** A key is identified by its beginning and a digest, so that a place fits into a URL. */
const LONGEST_KEY = 200;

/** Rows of one window by some columns and then by key, each with its place. Rows of a view without key columns are distinguished by all of their values. */
export function placed(view: DerivedViewPlan, rows: readonly RelationRow[], orderBy: ColumnOrder): PlacedRow[] {
  const columns = (view.key.length > 0 ? view.key : view.columns).map(({ name }) => name);
  const compareRows = comparator(byColumns(orderBy));
  const compare = (a: Keyed, b: Keyed): number => compareRows(a.row.row, b.row.row) || compareText(a.key, b.key);
  const keyed = rows.map((row): Keyed => ({ row, key: shortened(groupKey(columns.map((column) => row.row[column] ?? null))) }));
  let [nth, before] = [0, undefined as Keyed | undefined];
  return keyed.sort(compare).map((one) => {
    nth = before && compare(before, one) === 0 ? nth + 1 : 0;
    before = one;
    return { row: one.row, place: { values: orderBy.map(({ column }) => one.row.row[column] ?? null), key: one.key, nth } };
  });
}

/** Compares places in the same window of the same order. */
export function comparePlaces(orderBy: ColumnOrder): (a: RowPlace, b: RowPlace) => number {
  const compare = comparator(byColumns(orderBy));
  const valuesOf = ({ values }: RowPlace) => Object.fromEntries(orderBy.map(({ column }, i) => [column, values[i]]));
  return (a, b) => compare(valuesOf(a), valuesOf(b)) || compareText(a.key, b.key) || a.nth - b.nth;
}

interface Keyed {
  readonly row: RelationRow;
  readonly key: string;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function shortened(key: string): string {
  if (key.length <= LONGEST_KEY) return key;
  return `${key.slice(0, LONGEST_KEY)} ${createHash('sha256').update(key, 'utf16le').digest('base64url')}`;
}
