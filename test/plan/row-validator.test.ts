import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Column, ColumnType } from '../../lib/core/column.ts';
import type { Validated } from '../../lib/plan/plan.ts';
import { rowValidator } from '../../lib/plan/row-validator.ts';

const at: Column = { name: 'at', type: 'timestamptz', nullable: false };
const AT = '2026-01-01T00:00:00Z';
const column = (name: string, type: ColumnType, nullable = false): Column => ({ name, type, nullable });
const reason = (result: Validated) => ('reason' in result ? result.reason : undefined);

describe('rowValidator', () => {
  it.each<[ColumnType, unknown, boolean]>([
    ['text', 'a', true],
    ['text', '', true],
    ['text', 1, false],
    ['text', null, false],
    ['text', undefined, false],
    ['bigint', 1, true],
    ['bigint', -(2 ** 53) + 1, true],
    ['bigint', 2 ** 53, false],
    ['bigint', 1.5, false],
    ['bigint', '1', true],
    ['bigint', '-9223372036854775808', true],
    ['bigint', '9223372036854775808', false],
    ['bigint', '1.0', false],
    ['bigint', ' 1', false],
    ['bigint', 2n ** 63n - 1n, true],
    ['bigint', 2n ** 63n, false],
    ['double precision', 2n ** 63n, true],
    ['double precision', 1.5, true],
    ['double precision', 2 ** 60, true],
    ['double precision', JSON.parse('1e999'), false],
    ['double precision', Number.NaN, false],
    ['boolean', false, true],
    ['boolean', 0, false],
    ['timestamptz', AT, true],
    ['timestamptz', '2026-01-01', true],
    ['timestamptz', 1_767_225_600_000, false],
    ['timestamptz', 'soon', false],
    ['jsonb', { a: [1] }, true],
    ['jsonb', null, false],
  ])('%s: %o fits: %s', (type, value, fitting) => {
    const validate = rowValidator([column('x', type), at], 'at');
    const result = validate({ x: value, at: AT });
    expect('row' in result).toBe(fitting);
    if (!fitting) expect(reason(result)).toMatch(/^column "x": expected .+, got /);
  });

  it('lets NULLs, absent ones included, into nullable columns', () => {
    const validate = rowValidator([column('x', 'text', true), at], 'at');
    expect(validate({ x: null, at: AT })).toEqual({ row: { x: null, at: AT }, time: 1_767_225_600_000 });
    expect(validate({ at: AT })).toEqual({ row: { at: AT }, time: 1_767_225_600_000 });
  });

  it.each<[ColumnType, unknown, number | undefined]>([
    ['timestamptz', AT, 1_767_225_600_000],
    ['timestamptz', new Date(5), 5],
    ['timestamptz', 5, undefined],
    ['text', AT, 1_767_225_600_000],
    ['text', 5, undefined],
    ['bigint', 5, 5],
    ['bigint', AT, undefined],
    ['double precision', 5.9, 5],
    ['double precision', Number.NaN, undefined],
    ['timestamptz', null, undefined],
    ['timestamptz', undefined, undefined],
    ['timestamptz', '2026-02-30T25:00:00Z', undefined],
    ['timestamptz', '9999-01-01T00:00:00Z', undefined],
    ['bigint', -1e15, undefined],
  ])('reads the event time of a %s column: %o is %o', (type, value, time) => {
    const result = rowValidator([column('at', type)], 'at')({ at: value });
    expect('time' in result ? result.time : undefined).toBe(time);
    if (time === undefined) expect(reason(result)).toContain('event time');
  });

  it.each([
    [[], 'an array'],
    [null, 'null'],
    ['text', 'a string'],
    [1, 'a number'],
  ])('refuses %o: no object', (value, what) => {
    expect(reason(rowValidator([at], 'at')(value))).toBe(`expected a JSON object, got ${what}`);
  });

  it('takes names that objects have already for names', () => {
    const columns = [column('__proto__', 'text'), column('constructor', 'bigint', true), column('toString', 'text', true), at];
    const validate = rowValidator(columns, 'at');
    const result = validate(JSON.parse(`{"__proto__":"a","constructor":7,"at":"${AT}"}`));
    if (!('row' in result)) throw new Error(result.reason);
    expect(Object.getPrototypeOf(result.row)).toBeNull();
    expect(Object.entries(result.row)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 7],
      ['at', AT],
    ]);
    expect(reason(validate({ at: AT }))).toBe('column "__proto__": expected text, got nothing');
  });

  it('finds __proto__ in the input when the schema lost it', () => {
    const parser = { parse: (value: unknown) => ({ value: { at: (value as { at: string }).at } }), vouched: new Set(['__proto__', 'at']) };
    const validate = rowValidator([column('__proto__', 'text'), at], 'at', parser);
    const result = validate(JSON.parse(`{"__proto__":"a","at":"${AT}"}`));
    expect('row' in result && Object.entries(result.row)).toEqual([
      ['__proto__', 'a'],
      ['at', AT],
    ]);
    expect(reason(validate(JSON.parse(`{"__proto__":{"admin":true},"at":"${AT}"}`)))).toBe(
      'column "__proto__": expected text, got an object',
    );
  });

  it('gives what the schema makes, and checks numbers even so', () => {
    const parser = {
      parse: (value: unknown) => ({ value: { ...(value as object), at: new Date(9) } }),
      vouched: new Set(['n', 'x', 'at']),
    };
    const validate = rowValidator([column('n', 'bigint'), column('x', 'double precision'), at], 'at', parser);
    expect(validate({ n: 1, x: 2 })).toEqual({ row: { n: 1, x: 2, at: new Date(9) }, time: 9 });
    expect(reason(validate({ n: 2 ** 53, x: 2 }))).toContain('column "n": expected a whole number');
    expect(reason(validate({ n: 1, x: Number.POSITIVE_INFINITY }))).toContain('column "x": expected a finite number');
  });

  it('gives bigints in one form: numbers, and BigInts where those would be rounded', () => {
    const validate = rowValidator([column('n', 'bigint', true), at], 'at');
    const of = (n: unknown) => validate({ n, at: AT });
    expect(of('0012')).toMatchObject({ row: { n: 12 } });
    expect(of(12n)).toMatchObject({ row: { n: 12 } });
    expect(of('9007199254740993')).toMatchObject({ row: { n: 2n ** 53n + 1n } });
    expect(of(null)).toMatchObject({ row: { n: null } });
    const frozen = Object.freeze({ n: '7', at: AT, other: 1 });
    expect(validate(frozen)).toMatchObject({ row: { n: 7, other: 1 } });
    expect(frozen.n).toBe('7');
  });

  it('gives large numbers as doubles where no bigint is wanted, to schemas also inside values', () => {
    const columns = [column('n', 'bigint'), column('x', 'double precision'), column('j', 'jsonb'), at];
    const event = { n: 2n ** 60n, x: 2n ** 60n, j: { id: 2n ** 60n }, at: AT };
    expect(rowValidator(columns, 'at')(event)).toMatchObject({ row: { n: 2n ** 60n, x: 2 ** 60, j: { id: 2n ** 60n } } });
    const schema = z.object({ n: z.bigint(), x: z.number(), j: z.object({ id: z.number() }), at: z.string() });
    const parse = (value: unknown) => {
      const parsed = schema.safeParse(value);
      return parsed.success ? { value: parsed.data } : { reason: parsed.error.message };
    };
    expect(rowValidator(columns, 'at', { parse, vouched: new Set() })(event)).toMatchObject({
      row: { n: 2n ** 60n, x: 2 ** 60, j: { id: 2 ** 60 } },
    });
  });

  it('never throws: what a schema throws is the reason', () => {
    const parse = (): never => {
      throw new Error('no luck');
    };
    expect(rowValidator([at], 'at', { parse, vouched: new Set() })({})).toEqual({ reason: 'validation failed: no luck' });
  });

  it('keeps reasons short, and whole characters in them', () => {
    const parse = () => ({ reason: `x${'😀'.repeat(1000)}` });
    const text = reason(rowValidator([at], 'at', { parse, vouched: new Set() })({})) as string;
    expect(text.length).toBe(501);
    expect(text.isWellFormed()).toBe(true);
    expect(reason(rowValidator([column('x', 'bigint'), at], 'at')({ x: 'y'.repeat(9999), at: AT }))?.length).toBeLessThan(150);
  });
});
