/** PostgreSQL's names for the types a column can have. `jsonb` is anything JSON can say. */
export type ColumnType = 'text' | 'bigint' | 'double precision' | 'boolean' | 'timestamptz' | 'jsonb';

/** A named, typed column of a stream or of a view's rows. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
}

/** The column alone, of an object with more properties: an aggregate or a part of a key. */
export function columnOf({ name, type, nullable }: Column): Column {
  return Object.freeze({ name, type, nullable });
}

/** An event's or a result's values by column name. Made without a prototype, so that any name is just a name. */
export type Row = Record<string, unknown>;

/** Names that every view's rows have; no key or aggregate may take them. */
export const RESERVED_COLUMNS: readonly string[] = ['window_start', 'window_end', 'final'];

/**
 * The attribute of a row that says why columns of it are NULL that could not be computed, by name. It is absent if there are none. No
 * column can have this name, so a view may count `errors`.
 */
export const ERRORS = '$errors';
