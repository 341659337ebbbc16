import type { CustomFormat, Format } from '../formats/format.ts';
import type { ParsedSql } from '../plan/parsed-sql.ts';
import type { UserScalar } from '../plan/user-scalar.ts';
import type { FlowDefinition, StreamDefinition, UserAccumulator } from './definition.ts';

/** The options of SQL. */
export interface SqlOptions {
  /** streams declared in TypeScript that the statements read; others are declared by CREATE TABLE */
  readonly streams?: readonly { readonly definition: FlowDefinition }[];
  /** functions that the statements call, by their names there; made with `scalar(…)` or `accumulator(…)` */
  readonly functions?: Readonly<Record<string, SqlFunction>>;
  /** formats of streams, by the names that WITH (format = …) gives them: made with `avro(…)`, `protobuf(…)`, or `{ decode }` of your own */
  readonly formats?: Readonly<Record<string, Format | CustomFormat>>;
  /** the name of the text in error messages, e.g. a file's name; default `sql` */
  readonly name?: string;
}

/** A function that SQL can call. */
export type SqlFunction = { readonly scalar: Omit<UserScalar, 'name'> } | { readonly accumulator: UserAccumulator };

/** Statements of an application. `compile` checks them. */
export interface SqlDefinition {
  readonly kind: 'sql';
  readonly text: string;
  readonly name: string;
  readonly streams: readonly StreamDefinition[];
  readonly functions: Readonly<Record<string, unknown>>;
  readonly formats: Readonly<Record<string, unknown>>;
  /** the names of all given options, to find unknown ones */
  readonly given?: readonly string[];
  /** the parsed statements, if the text has been parsed already; then no parser is needed */
  readonly parsed?: ParsedSql;
}

/**
 * Streams and views in SQL, for `application(name, { sql })`.
 *
 * @param text statements, each followed by `;`: CREATE TABLE, CREATE MATERIALIZED VIEW, and optionally a SELECT at the end, whose view is named `result`
 *
 * @example
 * ```ts
 * export default application('shop', {
 *   sql: sql(`
 *     CREATE TABLE clicks (page text NOT NULL, at timestamptz NOT NULL) WITH (event_time = 'at');
 *     CREATE MATERIALIZED VIEW page_views AS
 *       SELECT page, window_start, window_end, count(*) AS views
 *       FROM TUMBLE(clicks, at, INTERVAL '1 minute') GROUP BY page, window_start, window_end;
 *   `),
 * });
 * ```
 */
export function sql(text: string, options: SqlOptions = {}): SqlDefinition {
  const { streams = [], functions = {}, formats = {}, name = 'sql' } = options;
  return Object.freeze({
    kind: 'sql',
    text,
    name,
    streams: Object.freeze(streams.map(({ definition }) => definition.stream)),
    functions: Object.freeze({ ...functions }),
    formats: Object.freeze({ ...formats }),
    given: Object.freeze(Object.keys(options)),
  });
}
