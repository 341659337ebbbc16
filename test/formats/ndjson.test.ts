import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonValues } from '../../lib/formats/json/json-values.ts';
import { NDJSON } from '../../lib/formats/ndjson.ts';
import { putBack, valuesOf } from './support.ts';

/** Whole numbers as they are written, whatever their size. */
function exact(_: string, value: unknown, context?: { source?: string }): unknown {
  const whole = typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '');
  return whole ? BigInt(context?.source as string) : value;
}

describe('ndjson', () => {
  it('finds every object, whatever stands between them', () => {
    const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1, maxLength: 8 });
    const between = fc.constantFrom('', '\n', '\r\n', ' ', '\n\n', '\u001e', '\n\u001e');
    fc.assert(
      fc.property(objects, fc.array(between, { minLength: 8, maxLength: 8 }), fc.nat(3), (values, separators, indent) => {
        const texts = values.map((value) => JSON.stringify(value, null, indent));
        const payload = texts.map((text, i) => `${text}${separators[i]}`).join('');
        const expected = texts.map((text) => JSON.parse(text, exact));
        expect(valuesOf(NDJSON, payload)).toEqual(expected);
        expect(putBack(NDJSON, payload)).toEqual(expected.map((value) => [value]));
      }),
    );
  });

  it.each([
    ['{"a":1}\nnonsense\n{"a":2}', [{ a: 1 }, 'dead', { a: 2 }]],
    ['{"a":1}{"a":\n{"a":2}{"a":3}\n', [{ a: 1 }, 'dead', { a: 2 }, { a: 3 }]],
    ['{"a":"cut\n{"a":2}', ['dead', { a: 2 }]],
    ['{"a":1}}\n{"a":2}', [{ a: 1 }, 'dead', { a: 2 }]],
    ['[{"a":1},{"a":2}]{"a":3}', [{ a: 1 }, { a: 2 }, { a: 3 }]],
    ['{"a":"}{"}{"a":"\\"}"}', [{ a: '}{' }, { a: '"}' }]],
    ['\ufeff{"n":9007199254740993}', [{ n: 9007199254740993n }]],
    ['{"a":"\\ud800"}{"a":1}', ['dead', { a: 1 }]],
    ['1 2\n', ['dead']],
    ['', ['dead']],
    ['\n \n', ['dead']],
  ])('loses nothing but what is wrong: %j', (payload, expected) => {
    expect(valuesOf(NDJSON, payload).map((value) => (typeof value === 'string' ? 'dead' : value))).toEqual(expected);
  });

  it('goes through brackets that are never closed in time by their number', () => {
    const payload = Buffer.from('{\n'.repeat(200_000));
    expect(jsonValues(payload, 1_000_000)).toHaveLength(200_000);
  });

  it('goes through values on one line in time by their number', () => {
    const payload = Buffer.from('{}'.repeat(5_000_000));
    expect(jsonValues(payload, 600_000)).toHaveLength(600_000);
  });
});

describe('json', () => {
  it('says how to declare a stream whose records hold several values', () => {
    expect(valuesOf(undefined, '{"a":1}{"a":2}')).toEqual([expect.stringContaining("format: 'ndjson'")]);
    expect(valuesOf(undefined, '{"a":1}\n{"a":2}\n')).toEqual([expect.stringContaining("format: 'ndjson'")]);
  });
});
