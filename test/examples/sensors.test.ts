import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { READINGS_FILE, readings } from '../../examples/sensors/readings.ts';
import type { Row } from '../../lib/core/column.ts';
import { sqlApplication } from '../../lib/dsl/sql-application.ts';
import { createTestDriver } from '../../lib/testing/test-driver.ts';
import { millrace } from '../cli/terminal.ts';
import { oracleRows } from '../support/duckdb-oracle.ts';
import { expectRows, rowsOf } from '../support/sql-case.ts';

const APP = 'examples/sensors/app.sql';
const DAY = 86_400_000;
const directory = mkdtempSync(join(tmpdir(), 'millrace-sensors-'));
const file = join(directory, 'weather.jsonl');

/** Doubles are no decimals: a mean that is zero in decimals may be 1e-17 in either engine. */
const rounded = (rows: readonly Row[]): Row[] =>
  rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, typeof value === 'number' ? Math.round(value * 1e9) / 1e9 + 0 : value]),
    ),
  );

const LOAD = `CREATE TABLE weather AS SELECT epoch_ms(date::TIMESTAMP) AS t, * EXCLUDE date FROM read_csv('${READINGS_FILE}');`;
const ORACLES: Readonly<Record<string, string>> = {
  moving_average: `SELECT instant(s) AS window_start, instant(s + 7 * ${DAY}) AS window_end, avg(temp_max) AS temp_max, avg(temp_min) AS temp_min, count(*) AS days
    FROM (SELECT unnest(range(t - 6 * ${DAY}, t + 1, ${DAY})) AS s, * FROM weather) GROUP BY s`,
  rain_so_far: `SELECT instant(s) AS window_start, instant(s + step * ${DAY}::BIGINT) AS window_end, sum(precipitation) AS rain
    FROM (SELECT t - t % ${28 * DAY} AS s, * FROM weather), range(1, 29) steps(step) WHERE t < s + step * ${DAY}::BIGINT GROUP BY s, step`,
  records:
    'SELECT weather, count(*) AS days, sum(precipitation) AS rain, max(temp_max) AS warmest, min(temp_min) AS coldest FROM weather GROUP BY weather',
};

beforeAll(() =>
  writeFileSync(
    file,
    readings()
      .map((reading) => `${JSON.stringify(reading)}\n`)
      .join(''),
  ),
);
afterAll(() => rmSync(directory, { recursive: true }));

describe('moving averages and cumulative sums over four years of weather', () => {
  it.each(Object.keys(ORACLES))('%s has what DuckDB has', async (view) => {
    const { out, code } = await millrace(['run', APP, '--view', view, '--input', `weather=${file}`]);
    expect(code).toBe(0);
    const expected = await oracleRows(`${LOAD} ${ORACLES[view]};`, directory);
    expect(expected.length).toBeGreaterThan(4);
    expectRows(rounded(rowsOf(out)), rounded(expected));
  });

  it('are the same when events come one by one, and the process forgets now and then', async () => {
    const driver = await createTestDriver(sqlApplication(APP, readFileSync(APP, 'utf8')), { now: '2016-01-01T00:00:00Z' });
    for (const [i, reading] of readings().slice(0, 200).entries()) {
      await driver.put('weather', reading);
      if (i % 37 === 0) driver.restart();
    }
    const inFile = rowsOf((await millrace(['run', APP, '--view', 'rain_so_far', '--input', `weather=${file}`])).out);
    // Windows that end after the last reading here go on there.
    const rows = (await driver.rows('rain_so_far')).filter(({ final }) => final).map(({ final: _, ...row }) => row);
    expect(rows.length).toBeGreaterThan(150);
    expectRows(rows, inFile.slice(0, rows.length));
  });
});
