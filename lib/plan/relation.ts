import type { Column, Row } from '../core/column.ts';
import type { Instant } from '../core/instant.ts';
import type { AggregatePlan, KeyPlan } from '../core/view.ts';
import type { TimeWindowSpec } from '../core/window.ts';

/**
 * Rows computed from other views' rows: what a query does after its first aggregate (HAVING, Top-N, joins of views, windows over windowed
 * results). It is a tree of relational operators, evaluated over a range of windows; see `lib/query`.
 * Values have the form of results: NULL is `null`, a `timestamptz` is ISO 8601 text. Each row carries its window,
 * whether or not the window is among the columns.
 */
export type Relation = Scan | Filter | Project | WithWindow | Regroup | Rank | Join | Union | Sort | Limit;

/** A view's rows: key columns, `window_start` and `window_end` if the view has windows, then aggregates. */
export interface Scan {
  readonly kind: 'scan';
  readonly view: string;
  readonly columns: readonly Column[];
}

/** Restrictions that all rows passing a filter meet. They may be weaker than the filter, but never stronger. */
export interface Narrowing {
  /** their windows overlap `[from, to]` */
  readonly from: Instant;
  readonly to: Instant;
  /** columns of the filter's input with one of these values, in the form of result rows */
  readonly equals: ReadonlyMap<string, readonly unknown[]>;
}

/** The rows for which a predicate holds (`true`: neither false nor NULL). */
export interface Filter {
  readonly kind: 'filter';
  readonly input: Relation;
  readonly predicate: (row: Row) => boolean;
  /** the predicate as text, for people */
  readonly text?: string;
  /** known restrictions of the rows for which it holds, so that other rows need not be read */
  readonly narrows?: Narrowing;
  readonly columns: readonly Column[];
}

/** Columns computed from each row. */
export interface Project {
  readonly kind: 'project';
  readonly input: Relation;
  /** in the order of `columns` */
  readonly values: readonly ((row: Row) => unknown)[];
  /** for each of `columns`, the input column that it is; none if it is computed or unknown */
  readonly fields?: readonly (string | undefined)[];
  readonly columns: readonly Column[];
}

/** Rows with the columns of their window, for queries on a view that does not select them. */
export interface WithWindow {
  readonly kind: 'with_window';
  readonly input: Relation;
  /** the input's columns, then `window_start` and `window_end` */
  readonly columns: readonly Column[];
}

/** Windows over windowed results. */
export interface RowWindows {
  readonly spec: TimeWindowSpec;
  /** the time that assigns a row to windows; NULL: to none */
  readonly time: (row: Row) => Instant | null;
  /** how far, in milliseconds, a row's own window can extend past that time */
  readonly ahead: number;
}

/** Rows aggregated again, by key and window. */
export interface Regroup {
  readonly kind: 'regroup';
  readonly input: Relation;
  readonly key: readonly KeyPlan[];
  /** for each part of the key, the input column that it is; none if it is computed or unknown */
  readonly fields?: readonly (string | undefined)[];
  /** `'input'`: each window of the input separately; a window spec: windows over a time of each row; `undefined`: all rows together */
  readonly window: 'input' | RowWindows | undefined;
  readonly aggregates: readonly AggregatePlan[];
  /** key columns, `window_start` and `window_end` if there is a window, then aggregates */
  readonly columns: readonly Column[];
}

/** How rows are ordered by a value. */
export interface Order {
  readonly value: (row: Row) => unknown;
  readonly descending: boolean;
  /** whether NULLs come before other values */
  readonly nullsFirst: boolean;
}

/** Adds a column with each row's rank in its partition. */
export interface Rank {
  readonly kind: 'rank';
  readonly input: Relation;
  readonly function: 'row_number' | 'rank' | 'dense_rank';
  /** rows of different windows are always in different partitions */
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
  /** the two columns of the join that they are, if these have the same type */
  readonly columns?: readonly [left: string, right: string];
}

/** Pairs of rows of the same window whose values are equal. */
export interface Join {
  readonly kind: 'join';
  readonly type: 'inner' | 'left' | 'right' | 'full';
  readonly left: Relation;
  readonly right: Relation;
  /** values that must be equal; NULLs never are; windows are always compared */
  readonly on: readonly JoinPair[];
  /** a further condition on the pair, as one row with this relation's columns */
  readonly condition?: (row: Row) => boolean;
  /** the source of each of `columns`, in their order */
  readonly sources: readonly { readonly side: 'left' | 'right'; readonly column: string }[];
  readonly columns: readonly Column[];
}

/** All rows of several relations (UNION ALL); columns match by position, and have the names of the first relation. */
export interface Union {
  readonly kind: 'union';
  readonly inputs: readonly Relation[];
  readonly columns: readonly Column[];
}

/** Ordered rows. The order matters only to a `limit` directly above, and to readers of the result. */
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

/** A view whose rows are computed from other views when they are read; it stores nothing. */
export interface DerivedViewPlan {
  readonly name: string;
  readonly relation: Relation;
  /** the key columns of rows within a window; without them, only whole windows can be read */
  readonly key: readonly Column[];
  /** the columns of a result row, in order */
  readonly columns: readonly Column[];
  /** a digest of the structure and the version */
  readonly fingerprint: string;
}
