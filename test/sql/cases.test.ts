import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { millrace } from '../cli/terminal.ts';
import { oracleRows } from '../support/duckdb-oracle.ts';
import { expectRows, planOf, rowsOf, type SqlCase, sqlCases } from '../support/sql-case.ts';
import { runInTasks } from '../support/sql-run.ts';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'cases');
const CASES = sqlCases(FOLDER);

/** What `millrace run` prints for a case. */
async function printed({ name, inputs }: SqlCase) {
  const given = [...inputs].flatMap(([stream, file]) => ['--input', `${stream}=${file}`]);
  const { code, out, err } = await millrace(['run', join(FOLDER, name, 'app.sql'), ...given]);
  expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/\d+ events?, \d+ late, \d+ dead\n$/) });
  return rowsOf(out);
}

describe.each(CASES)('$name', (sqlCase) => {
  it('gives the expected rows in millrace run', async () => {
    expectRows(await printed(sqlCase), sqlCase.expected);
  });

  it('gives the same rows in batches of any size, and with its deltas split over several tasks and merged', async () => {
    const plan = await planOf(sqlCase);
    const property = fc.property(fc.infiniteStream(fc.nat(9)), fc.integer({ min: 1, max: 4 }), (sizes, tasks) => {
      expectRows(runInTasks(plan, sqlCase, { batchSize: () => (sizes.next().value as number) + 1, tasks }), sqlCase.expected);
    });
    fc.assert(property, { numRuns: 8 });
  });
});

describe('DuckDB gives the expected rows of', () => {
  it.each(CASES.filter(({ oracle }) => oracle !== undefined))('$name', async ({ name, oracle, expected }) => {
    expectRows(await oracleRows(oracle as string, join(FOLDER, name)), expected);
  });
});

it('there are cases of every kind, each with rows of another engine or worked by hand', () => {
  expect(CASES.length).toBeGreaterThanOrEqual(60);
  for (const { name, oracle, sql } of CASES) expect(oracle !== undefined || /worked by hand/i.test(sql), name).toBe(true);
});
