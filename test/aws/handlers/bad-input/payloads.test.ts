import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createStack, START } from '../stack.ts';
import { deadLetters, iso, keptBytes, STREAMS, sale, sales, shopOf, taken } from './sales.ts';

/** 200 MB in a record of 200 KB. */
const BOMB = gzipSync(new Uint8Array(200 * 1024 * 1024));

describe.each(Object.keys(STREAMS) as (keyof typeof STREAMS)[])('a stream validated by %s', (kind) => {
  const BAD: readonly (readonly [name: string, payload: string | Uint8Array, reason: RegExp])[] = [
    ['nothing', '', /empty/],
    ['spaces', '   ', /not JSON/],
    ['not JSON', '{"page":"/a","n":1', /not JSON/],
    ['two values', `${sale('/a', 1)}${sale('/a', 1)}`, /not JSON/],
    ['what closes a neighbour’s bracket', `${sale('/a', 1)}],[{}`, /not JSON/],
    ['not UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]), /not UTF-8/],
    ['null', 'null', /object/],
    ['a number', '7', /object/],
    ['a text', '"clicks"', /object/],
    ['an array in an array', `[[${sale('/a', 1)}]]`, /object/],
    ['an empty object', '{}', /page/],
    ['a missing column', JSON.stringify({ n: 1, at: iso(1) }), /page/],
    ['null where there must be a value', JSON.stringify({ page: null, n: 1, at: iso(1) }), /page/],
    ['a column of another type', JSON.stringify({ page: 7, n: 1, at: iso(1) }), /page/],
    ['a number beyond doubles', `{"page":"/a","n":1e999,"at":"${iso(1)}"}`, /"?n"?/],
    ['no event time', JSON.stringify({ page: '/a', n: 1 }), /at/],
    ['event time null', JSON.stringify({ page: '/a', n: 1, at: null }), /at/],
    ['event time NaN', JSON.stringify({ page: '/a', n: 1, at: 'NaN' }), /at/],
    ['event time a word', JSON.stringify({ page: '/a', n: 1, at: 'yesterday' }), /at/],
    ['event time a number', JSON.stringify({ page: '/a', n: 1, at: START }), /at/],
    ['event time on no calendar', JSON.stringify({ page: '/a', n: 1, at: '2026-02-30T00:00:00Z' }), /at/],
    ['event time in the year 9999', JSON.stringify({ page: '/a', n: 1, at: '9999-12-31T23:59:59Z' }), /years 1 to 9998/],
    ['event time far ahead', JSON.stringify({ page: '/a', n: 1, at: '9998-01-01T00:00:00Z' }), /ahead of its arrival/],
    ['a lone surrogate as key', `{"page":"\\ud800","n":1,"at":"${iso(1)}"}`, /lone surrogate/],
    ['a lone surrogate anywhere', `{"page":"/a","n":1,"at":"${iso(1)}","x":{"\\udfff":[1]}}`, /lone surrogate/],
    ['half of gzip', gzipSync(sale('/a', 1)).subarray(0, 20), /not gzip/],
    ['gzip of what is not JSON', gzipSync('clicks'), /not JSON/],
    ['a gzip bomb', BOMB, /gzip bomb/],
    ['a megabyte of brackets', '['.repeat(1024 * 1024), /not JSON|object|nest/],
    ['a megabyte that is not JSON', 'x'.repeat(1024 * 1024), /not JSON/],
    ['a record the KPL aggregated', new Uint8Array([0xf3, 0x89, 0x9a, 0xc2, 1, 2, 3]), /kpl/i],
  ];

  it.each(BAD)('takes %s for a dead letter and counts its neighbours', async (_, payload, reason) => {
    const stack = createStack({ application: shopOf(STREAMS[kind]) });
    stack.clock.at = START + 30_000;
    const batch = stack.records(sale('/a', 1), payload, sale('/a', 2), payload, sale('/b', 4));
    expect(await stack.aggregate(batch)).toEqual(taken);
    expect(await stack.aggregate(stack.records(sale('/a', 8)))).toEqual(taken);
    expect(await sales(stack)).toEqual({ '/a': 11, '/b': 4 });
    const dead = await deadLetters(stack);
    expect(dead.map(({ sequence }) => sequence)).toEqual(['104', '102']);
    for (const letter of dead) {
      expect(letter.reason).toMatch(reason);
      expect(keptBytes(letter)).toEqual(Buffer.from(payload).subarray(0, 16 * 1024));
    }
    expect(stack.told.measures[0]?.measures).toMatchObject({ Events: 5, DeadLetters: 2, LateEvents: 0 });
  });

  it('counts all but one of an array, and says which one was bad', async () => {
    const stack = createStack({ application: shopOf(STREAMS[kind]) });
    const array = `[${sale('/a', 1)},{"page":"\\ud800"},${sale('/a', 2)},7,${sale('/a', 4)}]`;
    await stack.aggregate(stack.records(array, gzipSync(array)));
    expect(await sales(stack)).toEqual({ '/a': 14 });
    const dead = await deadLetters(stack);
    expect(dead.map(({ sequence }) => sequence)).toEqual(['102', '102', '101', '101']);
    // Put again, a letter must not bring its neighbours with it, which are counted.
    expect(dead.map((letter) => String(keptBytes(letter)))).toEqual(['7', '{"page":"\\ud800"}', '7', '{"page":"\\ud800"}']);
  });
});
