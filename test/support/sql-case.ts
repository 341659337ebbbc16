import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { compile } from '../../lib/compile/compile.ts';
import type { Row } from '../../lib/core/column.ts';
import { sqlApplication } from '../../lib/dsl/sql-application.ts';
import type { Plan } from '../../lib/plan/plan.ts';

/** A folder of `app.sql`, a file of events for each stream, and the rows that must come out. */
export interface SqlCase {
  readonly name: string;
  readonly sql: string;
  /** paths of the events of each stream */
  readonly inputs: ReadonlyMap<string, string>;
  readonly expected: readonly Row[];
  /** the query whose rows another engine gives for the same files */
  readonly oracle: string | undefined;
}

/** The cases in a folder. */
export function sqlCases(folder: string): SqlCase[] {
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const directory = join(folder, name);
      const files = readdirSync(directory);
      const streams = files.filter((file) => file.endsWith('.jsonl') && file !== 'expected.jsonl');
      const oracle = join(directory, 'oracle.sql');
      return {
        name,
        sql: readFileSync(join(directory, 'app.sql'), 'utf8'),
        inputs: new Map(streams.map((file) => [file.replace(/\.jsonl$/, ''), join(directory, file)])),
        expected: rowsOf(readFileSync(join(directory, 'expected.jsonl'), 'utf8')),
        oracle: existsSync(oracle) ? readFileSync(oracle, 'utf8') : undefined,
      };
    });
}

/** The rows in NDJSON. */
export function rowsOf(text: string): Row[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Row);
}

/** A case's plan. */
export function planOf({ name, sql }: SqlCase): Promise<Plan> {
  return compile(sqlApplication(`${name}/app.sql`, sql));
}

/** Compares rows as a multiset: neither their order nor that of columns counts; numbers to 1e-9 of their size. */
export function expectRows(given: readonly Row[], expected: readonly Row[]): void {
  expect(given.map(comparable).sort()).toEqual(expected.map(comparable).sort());
}

/** A row as text, the same for equal ones: columns by name, numbers to ten digits. */
function comparable(row: Row): string {
  const sorted = Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(Object.fromEntries(sorted), (_, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(10)) : value,
  );
}
