import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { millrace } from '../cli/terminal.ts';
import { expectRows, rowsOf, type SqlCase, sqlCases } from '../support/sql-case.ts';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'cases');
const CASES = sqlCases(FOLDER);

/** What `millrace run` prints for a case. */
async function printed({ name, inputs }: SqlCase) {
  const given = [...inputs].flatMap(([stream, file]) => ['--input', `${stream}=${file}`]);
  const { code, out, err } = await millrace(['run', join(FOLDER, name, 'app.sql'), ...given]);
  expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/^\d+ events?, \d+ late, \d+ dead\n$/) });
  return rowsOf(out);
}

describe.each(CASES)('$name', (sqlCase) => {
  it('gives the expected rows in millrace run', async () => {
    expectRows(await printed(sqlCase), sqlCase.expected);
  });
});
