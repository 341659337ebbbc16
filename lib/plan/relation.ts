import type { Column, Row } from '../core/column.ts';
import type { Instant } from '../core/instant.ts';
import type { AggregatePlan, KeyPlan } from '../core/view.ts';
import type { TimeWindowSpec } from '../core/window.ts';

/**
 * Rows made from other views' rows: what a query does after the first aggregate (HAVING, Top-N, joins of views, windows over windowed
 * results). A tree of the relational operators, evaluated over a range of windows; see `lib/query`.
 *
 * Rows hold values as results do: NULL is `null`, a `timestamptz` is ISO 8601 text. The window a row belongs to goes along with it,
 * whether or not it is among the columns.
 */
export type Relation = Scan | Filter | Project | WithWindow | Regroup | Rank | Join | Union | Sort | Limit;

/** A view's rows: key columns, `window_start` and `window_end` where the view has windows, then aggregates. */
export interface Scan {
  readonly kind: 'scan';
  readonly view: string;
  readonly columns: readonly Column[];
}

/** Which rows alone can pass a filter; it may be less than the filter says, never more. */
export interface Narrowing {
  /** their windows touch `[from, to]` */
  readonly from: Instant;
  readonly to: Instant;
  /** columns of the filter's input that have one of these values, as result rows hold them */
  readonly equals: ReadonlyMap<string, readonly unknown[]>;
}

/** The rows for which a predicate holds (`true`: neither false nor NULL). */
export interface Filter {
  readonly kind: 'filter';
  readonly input: Relation;
  readonly predicate: (row: Row) => boolean;
  /** the predicate in words, for people */
  readonly text?: string;
  /** what can be told without evaluating it of the rows for which it holds, so that others need not be read */
  readonly narrows?: Narrowing;
  readonly columns: readonly Column[];
}

/** Columns computed from each row. */
export interface Project {
  readonly kind: 'project';
  readonly input: Relation;
  /** in the order of `columns` */
  readonly values: readonly ((row: Row) => unknown)[];
  /** the column of the input that each simply is, in the order of `columns`; none: computed, or not known */
  readonly fields?: readonly (string | undefined)[];
  readonly columns: readonly Column[];
}

/** Rows that say which window they belong to, for questions about a view that does not select it. */
export interface WithWindow {
  readonly kind: 'with_window';
  readonly input: Relation;
  /** the input's columns, then `window_start` and `window_end` */
  readonly columns: readonly Column[];
}

/** Windows over windowed results. */
export interface RowWindows {
  readonly spec: TimeWindowSpec;
  /** the time by which a row falls into windows; NULL: into none */
  readonly time: (row: Row) => Instant | null;
  /** how far, in milliseconds, the end of a row's own window can be past that time */
  readonly ahead: number;
}

/** Rows aggregated again, by key and window. */
export interface Regroup {
  readonly kind: 'regroup';
  readonly input: Relation;
  readonly key: readonly KeyPlan[];
  /** the column of the input that each part of the key simply is; none: computed, or not known */
  readonly fields?: readonly (string | undefined)[];
  /** `'input'`: each window of the input by itself; windows over a time of each row; `undefined`: all rows together */
  readonly window: 'input' | RowWindows | undefined;
  readonly aggregates: readonly AggregatePlan[];
  /** key columns, `window_start` and `window_end` where there is a window, then aggregates */
  readonly columns: readonly Column[];
}

/** How rows are ordered by a value. */
export interface Order {
  readonly value: (row: Row) => unknown;
  readonly descending: boolean;
  /** whether NULLs come before other values */
  readonly nullsFirst: boolean;
}

/** A column with each row's place among those of its partition. */
export interface Rank {
  readonly kind: 'rank';
  readonly input: Relation;
  readonly function: 'row_number' | 'rank' | 'dense_rank';
  /** rows of one window are always a partition of their own */
  readonly partitionBy: readonly ((row: Row) => unknown)[];
  readonly orderBy: readonly Order[];
  /** the column's name */
  readonly as: string;
  /** the input's columns, then the rank */
  readonly columns: readonly Column[];
}

/** Two values that must be equal in a join. */
export interface JoinPair {
  readonly left: (row: Row) => unknown;
  readonly right: (row: Row) => unknown;
  /** the two of the join's own columns they simply are, where these are of one type */
  readonly columns?: readonly [left: string, right: string];
}

/** Pairs of rows of one and the same window whose values are equal. */
export interface Join {
  readonly kind: 'join';
  readonly type: 'inner' | 'left' | 'right' | 'full';
  readonly left: Relation;
  readonly right: Relation;
  /** values that must be equal, NULLs never are; the window is compared in any case */
  readonly on: readonly JoinPair[];
  /** what must hold besides, of the pair as one row with this relation's columns */
  readonly condition?: (row: Row) => boolean;
  /** where each of `columns` comes from, in their order */
  readonly sources: readonly { readonly side: 'left' | 'right'; readonly column: string }[];
  readonly columns: readonly Column[];
}

/** All rows of several relations (UNION ALL); columns go by their place, and have the first one's names. */
export interface Union {
  readonly kind: 'union';
  readonly inputs: readonly Relation[];
  readonly columns: readonly Column[];
}

/** Rows in an order; the order counts only for a `limit` right above, and for who reads the result. */
export interface Sort {
  readonly kind: 'sort';
  readonly input: Relation;
  readonly orderBy: readonly Order[];
  readonly columns: readonly Column[];
}

/** The first `count` rows after `offset`. */
export interface Limit {
  readonly kind: 'limit';
  readonly input: Relation;
  readonly count: number;
  readonly offset: number;
  readonly columns: readonly Column[];
}

/** A view whose rows are made from those of other views when they are read: nothing of its own is stored. */
export interface DerivedViewPlan {
  readonly name: string;
  readonly relation: Relation;
  /** which of the columns tell rows of one window apart; none: only whole windows can be read */
  readonly key: readonly Column[];
  /** the columns of a result row, in order */
  readonly columns: readonly Column[];
  /** a digest of the structure and the version */
  readonly fingerprint: string;
}
