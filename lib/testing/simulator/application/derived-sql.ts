import type { ApplicationSpec, DerivedSpec } from '../oracle/spec.ts';

/** The derived views of an application in SQL; nothing when it has none. */
export function derivedSql({ views, derived }: ApplicationSpec): string | undefined {
  if (derived.length === 0) return undefined;
  return derived
    .map((spec) => {
      const key = views.find(({ name }) => name === spec.of)?.key ?? [];
      return `CREATE MATERIALIZED VIEW ${spec.name} AS ${select(spec, key)};`;
    })
    .join('\n');
}

function select(spec: DerivedSpec, key: readonly string[]): string {
  const window = ['window_start', 'window_end'];
  const all = [...window, ...key].join(', ');
  switch (spec.kind) {
    case 'totals':
      return `SELECT ${window}, count(*) AS panes, sum(count) AS n FROM ${spec.of} GROUP BY ${window}`;
    case 'rolled':
      return `SELECT ${all}, count(*) AS panes, sum(count) AS n
        FROM TUMBLE(${spec.of}, window_start, INTERVAL '${spec.size / 1000} seconds') GROUP BY ${all}`;
    case 'tops':
      return `SELECT * FROM (
          SELECT ${all}, count AS n, row_number() OVER (PARTITION BY ${window} ORDER BY ${['count DESC', ...key].join(', ')}) AS place
          FROM ${spec.of}
        ) ranked WHERE place <= 2`;
    case 'joined':
      return `SELECT ${all}, a.count AS a, b.count AS b FROM ${spec.of} a FULL JOIN ${spec.with} b USING (${all})`;
  }
}
