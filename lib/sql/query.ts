import type { KnownStream } from '../dsl/known-stream.ts';
import type { WindowDefinition } from '../dsl/window.ts';
import type { Relation, RowWindows } from '../plan/relation.ts';
import type { PgNode } from './ast.ts';
import type { Bound } from './expression/types.ts';

/** A column of what stands in FROM. */
export interface Item {
  readonly name: string;
  /** the table's name or alias */
  readonly qualifier?: string;
  /** the value in a row of the stream or the relation */
  readonly bound: Bound;
  /** the column of the stream or relation that it simply is */
  readonly field?: string;
  /** which end of a row's window it is */
  readonly role?: 'start' | 'end';
  /** the same on the side of an outer join that may be missing: NULL there */
  readonly outerRole?: 'start' | 'end';
  /** found by name only with its qualifier, and no part of `*`: the columns that USING put together */
  readonly merged?: boolean;
  /** found by name only, and no part of `*`: the window of a view's rows where the view does not select it */
  readonly hidden?: boolean;
}

/** Events of a stream, not aggregated. Items are computed from the stream's own rows. */
export interface EventsQuery {
  readonly kind: 'events';
  readonly stream: KnownStream;
  readonly filters: readonly Bound[];
  readonly items: readonly Item[];
  readonly window?: WindowDefinition;
  /** what the windows are said to be partitioned by, which must be what is grouped by */
  readonly partition?: readonly { readonly node: PgNode; readonly bound: Bound }[] | undefined;
  /** by which time events fall into the windows; default their own */
  readonly time?: 'arrival';
}

/** Rows of views. Items are computed from the relation's rows. */
export interface RowsQuery {
  readonly kind: 'rows';
  readonly relation: Relation;
  readonly items: readonly Item[];
  readonly windows: RowsWindows | undefined;
  /** all of what it computes, as text: equal for equal relations */
  readonly structure: string;
  /** the names of items that tell rows of one window apart; `undefined` when none do */
  readonly key: readonly string[] | undefined;
  /** windows over these rows: what they are grouped by next */
  readonly rewindow?: { readonly windows: RowWindows; readonly result: RowsWindows; readonly structure: string };
}

/** The windows rows belong to. */
export interface RowsWindows {
  /** whether one end tells the other: all have one size */
  readonly fixed: boolean;
  /** milliseconds the longest can have; infinite for sessions */
  readonly longest: number;
  /** where windows follow one another without a gap: their size and offset */
  readonly tiles?: { readonly size: number; readonly offset: number };
  /** equal for windows of the same kind, sizes and offset */
  readonly structure: string;
}

/** What stands in FROM: events, or rows of views. */
export type Query = EventsQuery | RowsQuery;
