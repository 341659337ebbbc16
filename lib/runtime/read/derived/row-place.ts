import { createHash } from 'node:crypto';
import type { DerivedViewPlan } from '../../../plan/relation.ts';
import { groupKey } from '../../../query/group-key.ts';
import type { ColumnOrder } from '../../../query/natural-order.ts';
import { byColumns, comparator } from '../../../query/order.ts';
import type { RelationRow } from '../relation/relation-rows.ts';

/** A row's place in its window: what it is sorted by. It holds whatever comes or goes before it. */
export interface RowPlace {
  /** values of the columns it is sorted by */
  readonly values: readonly unknown[];
  /** which row of those that have them */
  readonly key: string;
  /** of rows that are the same in all columns: which of them */
  readonly nth: number;
}

/** A row and its place. */
export interface PlacedRow {
  readonly row: RelationRow;
  readonly place: RowPlace;
}

/** A key is told by its beginning and a digest, so that a place fits a URL. */
const LONGEST_KEY = 200;

/** Rows of one window by some columns and then by key, each with its place. A view without key columns has rows told apart by all of their values. */
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
