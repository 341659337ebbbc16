import { describe, expect, it } from 'vitest';
import type { UserScalar } from '../../../lib/plan/user-scalar.ts';
import { bindSql, scopeOf } from '../../support/expressions.ts';

const pair: UserScalar = {
  name: 'pair',
  args: ['bigint', 'bigint'],
  result: { sum: 'bigint', product: 'bigint' },
  call: (x: number, y: number) => ({ sum: x + y, product: x * y }),
  strict: true,
};
const wrong: UserScalar = { name: 'wrong', args: [], result: 'bigint', call: () => 'text', strict: true };
const scope = scopeOf(
  { n: 'bigint', d: 'double precision', s: 'text', t: 'timestamptz', j: 'jsonb' },
  {
    functions: new Map([
      ['pair', pair],
      ['wrong', wrong],
    ]),
  },
);

describe('an expression is refused where it is mistaken', () => {
  it.each([
    ["n = 'x'", 'invalid input syntax for type bigint: "x"'],
    ['n = s', 'operator does not exist: bigint = text; cast one side to the type of the other: CAST(… AS type)'],
    ['s + 1', 'operator does not exist: text + bigint; there is:'],
    ['lenght(s)', 'function lenght does not exist; did you mean length?'],
    ['cont(n)', 'function cont does not exist; did you mean count?'],
    ['agv(n)', 'function agv does not exist; did you mean avg?'],
    ['length(n)', 'function length(bigint) does not exist; there is: length(text); cast with CAST(… AS type)'],
    ['now()', 'function now is not supported; results must not depend on when they are computed'],
    ['current_timestamp', 'CURRENT_TIMESTAMP is not supported; results must not depend on when they are computed'],
    ['random()', 'function random is not supported; results must not change when an event is processed again'],
    ['1 / 0', 'division by zero'],
    ["s ~ '('", 'invalid regular expression: '],
    ["s ~ '(a)\\1'", 'back references are not supported in regular expressions, which are matched in linear time'],
    ["s ~ 'a(?=b)'", 'look-ahead, look-behind and named groups are not supported'],
    ["s ~ '\\bword'", '\\b is a backspace in PostgreSQL: write \\y for a word boundary'],
    ['s SIMILAR TO s', 'SIMILAR TO is not supported; use a regular expression'],
    ['(n, d) = (1, 2)', 'rows cannot be compared as a whole; compare their columns: a = 1 AND b = 2'],
    ['n IN (SELECT 1)', 'a sub-query in an expression is not supported; join with it, or move it into FROM'],
    ['ARRAY[1]', 'ARRAY[…] is not supported; there are no arrays: use IN (…), or jsonb'],
    ['n::bytea', 'type "bytea" is not supported; use text'],
    ['t::date', 'type "date" is not supported; there is no date type: use date_trunc'],
    ['t::bigint', 'cannot cast type timestamptz to bigint; for seconds write extract(epoch FROM x)'],
    ['n::timestamptz', 'cannot cast type bigint to timestamptz; for seconds since 1970 write to_timestamp(x)'],
    ['CASE WHEN true THEN n ELSE s END', 'CASE types bigint and text cannot be matched; cast one of them to the type of the other'],
    ["date_trunc('hoor', t)", 'unit "hoor" not recognized for type timestamptz; there is: hour'],
    ["t AT TIME ZONE 'Mars/Olympus'", "time zone \"Mars/Olympus\" not recognized; use a name such as 'Europe/Berlin' or 'UTC'"],
    ['lower(DISTINCT s)', 'DISTINCT is not supported in a call of lower; only aggregates support it: leave it out'],
    ['pair(1)', 'function pair takes 2 arguments, not 1; write pair(bigint, bigint)'],
    ['(pair(n, 2)).sun', 'column "sun" does not exist in pair("n", 2::bigint); did you mean "sum"?'],
    ['(j).a', "a value of type jsonb has no columns; read a member: j -> 'a'"],
    ['j < j', 'jsonb values cannot be ordered'],
    ['s COLLATE "C"', 'COLLATE is not supported; text is ordered by code point'],
  ])('%s: %s', (sql, message) => {
    expect(() => bindSql(sql, scope)).toThrow(message);
  });
});

describe("a user's function", () => {
  it('gives an object whose columns can be named', () => {
    expect(bindSql('pair(n, 3)', scope).evaluate({ n: 2 })).toEqual({ sum: 5, product: 6 });
    expect(bindSql('(pair(n, 3)).product + 1', scope).evaluate({ n: 2 })).toBe(7);
  });

  it('is not called with NULL when it is strict', () => {
    expect(bindSql('pair(n, NULL)', scope).evaluate({ n: 2 })).toBeNull();
  });

  it('must return what it declares', () => {
    expect(() => bindSql('wrong()', scope).evaluate({})).toThrow('function "wrong" must return bigint, but returned string text');
  });
});

describe('the structure', () => {
  it.each([
    ['n+1', '(n) + 1'],
    ["interval '1 minute'", "interval '60 seconds'"],
    ['CAST(n AS text)', 'n::text'],
    ['n != 2', 'n <> 1 + 1'],
    ["date_trunc('hour', t)", "DATE_TRUNC('hour', T)"],
  ])('of %s is that of %s', (a, b) => {
    expect(bindSql(a, scope).structure).toBe(bindSql(b, scope).structure);
  });

  it.each([
    ['n + 1', 'n + 2'],
    ['n', "'n'::text"],
    ['1', '1::double precision'],
    ['s || s', 's || n'],
  ])('of %s is not that of %s', (a, b) => {
    expect(bindSql(a, scope).structure).not.toBe(bindSql(b, scope).structure);
  });
});

it('no pattern makes matching take long', () => {
  // A backtracking matcher would need about 2^40 steps for the first, 50,000^3 for the second.
  expect(bindSql("s ~ '^(a+)+$'", scope).evaluate({ s: `${'a'.repeat(40)}b` })).toBe(false);
  expect(bindSql("s LIKE '%a%a%a%b'", scope).evaluate({ s: 'a'.repeat(50_000) })).toBe(false);
});
