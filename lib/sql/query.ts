import type { KnownStream } from '../dsl/known-stream.ts';
import type { WindowDefinition } from '../dsl/window.ts';
import type { Relation, RowWindows } from '../plan/relation.ts';
import type { PgNode } from './ast.ts';
import type { Bound } from './expression/types.ts';

/** A column of the FROM clause. */
export interface Item {
  readonly name: string;
  /** the table's name or alias */
  readonly qualifier?: string;
  /** its value for a row of the stream or the relation */
  readonly bound: Bound;
  /** the column of the stream or relation, if it is a plain column */
  readonly field?: string;
  /** the bound of a row's window, if it is one */
  readonly role?: 'start' | 'end';
  /** the same, on the side of an outer join that may be missing, where it is NULL */
  readonly outerRole?: 'start' | 'end';
  /** visible only with its qualifier, and not in `*`: the columns that USING merged */
  readonly merged?: boolean;
  /** visible by name only, and not in `*`: the window of a view's rows if the view does not select it */
  readonly hidden?: boolean;
}

/** An array of which each element makes a row of an event. */
export interface Unnested {
  readonly field: string;
  readonly array: Bound;
}

/** Events of a stream, not aggregated. Items are computed from the stream's rows. */
export interface EventsQuery {
  readonly kind: 'events';
  readonly stream: KnownStream;
  readonly filters: readonly Bound[];
  /** arrays whose elements make an event several, one after the other, each in a field of its own */
  readonly unnested?: readonly Unnested[];
  readonly items: readonly Item[];
  readonly window?: WindowDefinition;
  /** the columns of PARTITION BY, which must equal those of GROUP BY */
  readonly partition?: readonly { readonly node: PgNode; readonly bound: Bound }[] | undefined;
  /** the time that assigns events to windows; default event time */
  readonly time?: 'arrival';
}

/** Rows of views. Items are computed from the relation's rows. */
export interface RowsQuery {
  readonly kind: 'rows';
  readonly relation: Relation;
  readonly items: readonly Item[];
  readonly windows: RowsWindows | undefined;
  /** canonical text of everything it computes: equal for equal relations */
  readonly structure: string;
  /** the key of the rows within a window, as item names; `undefined` if they have none */
  readonly key: readonly string[] | undefined;
  /** windows over these rows, by which they are grouped next */
  readonly rewindow?: { readonly windows: RowWindows; readonly result: RowsWindows; readonly structure: string };
}

/** The windows that rows belong to. */
export interface RowsWindows {
  /** whether all have the same size, so that one bound determines the other */
  readonly fixed: boolean;
  /** maximum length in milliseconds; infinite for sessions */
  readonly longest: number;
  /** size and offset of windows that follow each other without a gap */
  readonly tiles?: { readonly size: number; readonly offset: number };
  /** equal for windows of the same kind, sizes and offset */
  readonly structure: string;
}

/** The content of a FROM clause: events, or rows of views. */
export type Query = EventsQuery | RowsQuery;
