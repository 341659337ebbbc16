import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../../../lib/sql/expression/conversions.ts';
import type { Bound } from '../../../lib/sql/expression/types.ts';
import { bindSql } from '../../support/expressions.ts';
import { type Answer, PostgreSql } from '../../support/postgresql.ts';
import { ARITHMETIC } from './cases/arithmetic.ts';
import { CASTS } from './cases/casts.ts';
import { JSON_CASES } from './cases/json.ts';
import { TEXT } from './cases/text.ts';
import { TIME } from './cases/time.ts';
import { randomExpression } from './random-expression.ts';
import { sampleColumns, sampleRows, sampleScope, sampleValues } from './sample.ts';

/** PostgreSQL's types as they are called here. */
const TYPES: Readonly<Record<string, string>> = {
  integer: 'bigint',
  smallint: 'bigint',
  numeric: 'double precision',
  'character varying': 'text',
  'timestamp with time zone': 'timestamptz',
  'timestamp without time zone': 'timestamp',
};

let postgresql: PostgreSql;
beforeAll(async () => {
  postgresql = await PostgreSql.start(sampleColumns, sampleRows);
});
afterAll(() => postgresql.stop());

/** What an expression is here, for every row; `refused` when it is not bound at all. */
function ours(expression: string): Answer[] | 'refused' {
  let bound: Bound;
  try {
    bound = bindSql(expression, sampleScope);
  } catch {
    return 'refused';
  }
  const { type, evaluate } = bound;
  return sampleValues.map((row) => {
    try {
      const value = evaluate(row);
      return { text: value === null ? null : textOf(type)(value), type: type === 'unknown' ? 'text' : type };
    } catch (error) {
      return { error: (error as Error).message };
    }
  });
}

/** What must be the same: errors apart from values and hints, doubles to twelve digits, everything else to the letter. */
function comparable(answer: Answer): unknown {
  if ('error' in answer)
    return answer.error
      .replace(/\binteger\b/, 'bigint')
      .replace(/".*"|[;:].*/gs, '')
      .replace(/timestamp with time zone/, 'timestamptz');
  const type = TYPES[answer.type] ?? answer.type;
  // Zero has no sign here, and may have one there: also when it was made a text.
  const text =
    type === 'double precision' && answer.text !== null
      ? String(Number(Number(answer.text).toPrecision(12)) + 0)
      : (answer.text?.replace(/-0(?![\d.])/g, '0') ?? null);
  return { type, text };
}

/** Times end with the year 9999 here, and 290,000 years later there. */
function isBeyond(answer: Answer): boolean {
  return 'error' in answer && answer.error.includes('only the years');
}

describe.each([
  ['arithmetic, comparison and conditions', ARITHMETIC],
  ['text', TEXT],
  ['casts and literals', CASTS],
  ['time', TIME],
  ['jsonb', JSON_CASES],
])('as PostgreSQL: %s', (_, expressions) => {
  it.each(expressions)('%s', async (expression) => {
    const theirs = await postgresql.evaluate(expression);
    const own = ours(expression);
    // What is refused when it is bound must fail for every row, or pass it over for a NULL.
    if (own === 'refused') expect(theirs.filter((answer) => 'text' in answer && answer.text !== null)).toEqual([]);
    else expect(own.map(comparable), JSON.stringify({ own, theirs })).toEqual(theirs.map(comparable));
  });
});

it('as PostgreSQL: random expressions', async () => {
  const same = fc.asyncProperty(randomExpression, async (expression) => {
    const own = ours(expression);
    if (own === 'refused') throw new Error('not bound');
    const theirs = await postgresql.evaluate(expression);
    for (const [row, answer] of own.entries()) {
      if (!isBeyond(answer)) expect(comparable(answer), `row ${row}`).toEqual(comparable(theirs[row] as Answer));
    }
  });
  await fc.assert(same, { numRuns: Number(process.env.FUZZ ?? 1000) });
});
