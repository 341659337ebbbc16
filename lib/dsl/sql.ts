import type { CustomFormat, Format } from '../formats/format.ts';
import type { ParsedSql } from '../plan/parsed-sql.ts';
import type { UserScalar } from '../plan/user-scalar.ts';
import type { FlowDefinition, StreamDefinition, UserAccumulator } from './definition.ts';

/** What SQL takes besides its text. */
export interface SqlOptions {
  /** streams declared in TypeScript that the statements read; others are declared by CREATE TABLE */
  readonly streams?: readonly { readonly definition: FlowDefinition }[];
  /** functions the statements call, by the names they have there: made with `scalar(…)` or `accumulator(…)` */
  readonly functions?: Readonly<Record<string, SqlFunction>>;
  /** formats of streams, by the names that WITH (format = …) gives them: made with `avro(…)`, `protobuf(…)`, or `{ decode }` of your own */
  readonly formats?: Readonly<Record<string, Format | CustomFormat>>;
  /** what error messages call the text, e.g. a file's name; default `sql` */
  readonly name?: string;
}

/** A function that SQL can call. */
export type SqlFunction = { readonly scalar: Omit<UserScalar, 'name'> } | { readonly accumulator: UserAccumulator };

/** Statements of an application. Nothing is checked before `compile`. */
export interface SqlDefinition {
  readonly kind: 'sql';
  readonly text: string;
  readonly name: string;
  readonly streams: readonly StreamDefinition[];
  readonly functions: Readonly<Record<string, unknown>>;
  readonly formats: Readonly<Record<string, unknown>>;
  /** the names of all options given, to find those that are none */
  readonly given?: readonly string[];
  /** the text as the parser reads it, when it has been parsed already: then no parser is needed */
  readonly parsed?: ParsedSql;
}

/**
 * Streams and views written in SQL, for `application(name, { sql })`.
 *
 * @param text statements, each ended by `;`: CREATE TABLE, CREATE MATERIALIZED VIEW, and perhaps a SELECT at the end, whose view is called `result`
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
