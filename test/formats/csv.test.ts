import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csv } from '../../lib/formats/csv.ts';
import { textValues } from '../../lib/formats/text-values.ts';
import { putBack, valuesOf } from './support.ts';

describe('csv', () => {
  const value = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', ';', '\n', '\r', ' ', '1', '') });
  const table = fc.array(fc.array(value, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 6 });

  it('reads what others write, as csv-parse does', () => {
    fc.assert(
      fc.property(table, fc.constantFrom(',', ';', '\t'), fc.boolean(), fc.constantFrom('\n', '\r\n'), (rows, delimiter, quoted, end) => {
        const written = stringify(rows, { delimiter, quoted, record_delimiter: end, quoted_match: /[\r\n]/ });
        const theirs = parse(written, { delimiter, record_delimiter: end, relax_column_count: true }) as string[][];
        expect(theirs).toEqual(rows);
        const ours = valuesOf(csv({ columns: ['a', 'b', 'c'], delimiter }), written);
        // An empty value is NULL unless it is quoted, which csv-parse does not tell.
        expect(ours.map((row) => Object.values(row as object).map((text) => text ?? ''))).toEqual(theirs);
      }),
    );
  });

  it('has one line in what puts it back, under its header', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const written = stringify(rows, { columns: ['a', 'b', 'c'], header: true, quoted: true });
        const format = csv({ header: true });
        expect(putBack(format, written)).toEqual(valuesOf(format, written).map((row) => [row]));
      }),
    );
  });

  it.each([
    ['a,b\n1,2\n', [{ a: '1', b: '2' }]],
    [
      ' a , b \r\n1,2\r\n\r\n3,4',
      [
        { a: '1', b: '2' },
        { a: '3', b: '4' },
      ],
    ],
    [
      'a,b\n,""\n-,"-"',
      [
        { a: null, b: '' },
        { a: null, b: '-' },
      ],
    ],
    ['a,b\n1\n1,2,3\n1,2', ['dead', 'dead', { a: '1', b: '2' }]],
    ['a,b\n"open,2\n3,4', ['dead', { a: '3', b: '4' }]],
    ['a,b\n"1"x,2\n3,4', ['dead', { a: '3', b: '4' }]],
    ['a,a\n1,2', ['dead']],
    ['a,\n1,2', ['dead']],
    ['a,b', []],
  ])('reads %j', (payload, expected) => {
    const found = valuesOf(csv({ header: true, nullText: '-' }), payload);
    expect(found.map((row) => (typeof row === 'string' ? 'dead' : row))).toEqual(expected);
  });

  it.each([[{ delimiter: '""' }], [{ delimiter: '"' }], [{ delimiter: '' }], [{ header: true, columns: ['a'] }]])(
    'refuses %j',
    (options) => {
      expect(() => csv(options)).toThrow(RangeError);
    },
  );
});

describe('textValues', () => {
  const read = textValues(
    (['text', 'bigint', 'double precision', 'boolean', 'timestamptz', 'jsonb'] as const).map((type) => ({
      name: type,
      type,
      nullable: true,
    })),
  );

  it.each([
    ['text', ' 1 ', ' 1 '],
    ['bigint', ' 12 ', 12],
    ['bigint', '+9007199254740993', 9007199254740993n],
    ['bigint', '1.5', '1.5'],
    ['double precision', '-.5e3', -500],
    ['double precision', '1,5', '1,5'],
    ['double precision', 'Infinity', 'Infinity'],
    ['boolean', 'T', true],
    ['boolean', '0', false],
    ['boolean', 'maybe', 'maybe'],
    ['timestamptz', '2026-01-01', '2026-01-01'],
    ['jsonb', '{"a":[1]}', { a: [1] }],
    ['jsonb', '{', '{'],
    ['other', '1', '1'],
  ])('reads a %s of %j', (name, text, expected) => {
    expect(read({ [name]: text })).toEqual({ [name]: expected });
  });
});
