import { describe, expect, it } from 'vitest';
import { compile } from '../../lib/compile/compile.ts';
import { sqlApplication } from '../../lib/dsl/sql-application.ts';
import type { Relation, RowWindows } from '../../lib/plan/relation.ts';

function rewindowed(relation: Relation): RowWindows {
  if (relation.kind === 'regroup') return relation.window as RowWindows;
  return rewindowed((relation as Extract<Relation, { input: Relation }>).input);
}

async function ahead(inner: string, time: string, outer: string): Promise<number> {
  const plan = await compile(
    sqlApplication(
      'app.sql',
      `CREATE TABLE t (at timestamptz) WITH (event_time = 'at');
       WITH a AS (SELECT window_start, window_end, count(*) AS n FROM ${inner} GROUP BY window_start, window_end)
       SELECT window_start, window_end, sum(n) AS n FROM ${outer.replace('(', `(a, ${time}, `)} GROUP BY window_start, window_end`,
    ),
  );
  return rewindowed((plan.derived[0] as (typeof plan.derived)[number]).relation).ahead;
}

const MINUTE = 60_000;

describe('how far an inner window can end past the outer one that its time falls in', () => {
  it.each([
    ["TUMBLE(t, at, '1 minute')", 'window_end', "TUMBLE('5 minutes')", 0],
    ["TUMBLE(t, at, '1 minute')", 'window_start', "TUMBLE('5 minutes')", 0],
    ["TUMBLE(t, at, '1 minute')", 'window_start', "HOP('2 minutes', '6 minutes')", 0],
    ["TUMBLE(t, at, '5 minutes', '2 minutes')", 'window_start', "TUMBLE('10 minutes', '7 minutes')", 0],
    // Windows of two minutes from 0, 2, 4 … and outer ones from 0, 5, 10: the one from 4 ends a minute past 5.
    ["TUMBLE(t, at, '2 minutes')", 'window_start', "TUMBLE('5 minutes')", 2 * MINUTE],
    ["TUMBLE(t, at, '2 minutes')", 'window_start', "TUMBLE('4 minutes', '1 minute')", 2 * MINUTE],
    ["TUMBLE(t, at, '2 minutes')", 'window_start', "HOP('1 minute', '4 minutes')", 2 * MINUTE],
    ["HOP(t, at, '1 minute', '3 minutes')", 'window_start', "TUMBLE('6 minutes')", 3 * MINUTE],
    ["HOP(t, at, '1 minute', '3 minutes')", 'window_end', "TUMBLE('6 minutes')", 0],
  ])('%s by %s in %s: %d ms', async (inner, time, outer, expected) => {
    expect(await ahead(inner, time, outer)).toBe(expected);
  });
});
