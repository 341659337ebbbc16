import { describe, expect, it } from 'vitest';
import type { Item, Value } from '../../../lib/store/items/item.ts';
import { itemSize, putUnits, queryUnits, readUnits, writeUnits } from '../../../lib/store/items/item-size.ts';

// Worked by hand after "DynamoDB item sizes and formats": names and text in UTF-8, numbers a byte for two significant digits
// and one more (one more still when negative), lists and maps three bytes and one for each element.
describe('itemSize', () => {
  it.each<[Record<string, Value>, number]>([
    [{}, 0],
    [{ a: '' }, 1],
    [{ shoesize: 'R' }, 9],
    [{ é: '😀' }, 6],
    [{ a: 0 }, 2],
    [{ a: 7 }, 3],
    [{ a: 27 }, 3],
    [{ a: -27 }, 4],
    [{ a: 127 }, 4],
    [{ a: 1_000_000 }, 3],
    [{ a: 1_767_225_600_123 }, 9],
    [{ a: 0.25 }, 3],
    [{ a: true, b: null }, 4],
    [{ a: new Uint8Array(1000) }, 1001],
    [{ a: [] }, 4],
    [{ a: ['xy', 'z'] }, 9],
    [{ a: {} }, 4],
    [{ a: { bc: 'd', e: [1] } }, 16],
  ])('%j takes %i bytes', (item, size) => {
    expect(itemSize(item)).toBe(size);
  });
});

describe('units', () => {
  it('are counted by begun KB', () => {
    expect([0, 1, 1024, 1025, 400 * 1024].map(writeUnits)).toEqual([1, 1, 1, 2, 400]);
    expect([0, 4096, 4097, 65_536].map((size) => readUnits(size, true))).toEqual([1, 1, 2, 16]);
    expect([0, 4096, 4097, 65_536].map((size) => readUnits(size, false))).toEqual([0.5, 0.5, 1, 8]);
  });

  it('of an indexed item count its indexes', () => {
    const item: Item = { pk: 'p', sk: 's', body: 'x'.repeat(1500) };
    expect(putUnits(item)).toBe(2);
    expect(putUnits({ ...item, late_of: 'a', late_at: 'b' })).toBe(3);
    expect(putUnits({ ...item, late_of: 'a', late_at: 'b', dead_of: 'a', dead_at: 'b' })).toBe(4);
  });

  it('of a query are rounded for each megabyte', () => {
    // Three items of 512 KiB: two fill the first request.
    const half: Item = { pk: 'p', sk: 's', b: 'x'.repeat(512 * 1024 - 7) };
    expect(itemSize(half)).toBe(512 * 1024);
    expect(queryUnits([half, half, half], true)).toEqual([256, 128]);
    expect(queryUnits([half, half], false)).toEqual([128]);
    expect(queryUnits([], true)).toEqual([1]);
  });
});
