export const TABLE = "CREATE TABLE t (k text, x bigint, j jsonb, at timestamptz) WITH (event_time = 'at');\n";
export const COUNT = 'SELECT count(*) AS n FROM t';

/** A chain of queries, each made of the name of the one before. */
export const ctes = (n: number, next: (before: string) => string): string =>
  `WITH q0 AS (${COUNT}), ${Array.from({ length: n }, (_, i) => `q${i + 1} AS (${next(`q${i}`)})`)} SELECT n FROM q${n}`;
