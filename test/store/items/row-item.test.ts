import { expect, it } from 'vitest';
import { itemSize } from '../../../lib/store/items/item-size.ts';
import { rowItem } from '../../../lib/store/items/row-item.ts';

const itemOf = (values: Record<string, unknown>) =>
  rowItem({ application: 'shop', view: 'v' }, { key: '["/a"]', start: 0, end: 60_000, values, expiresAt: 90_000 });

/** Names of the store's own attributes, and one that an object cannot hold as its own by assignment. */
const TAKEN = ['pk', 'sk', 'ttl', 'left_out', '__proto__'];

it.each(TAKEN)('a column named %s gets an underscore, and so does a column that has the name with it', (name) => {
  const plain = itemOf({});
  const item = itemOf(Object.fromEntries([name, `${name}_`, `${name}__`].map((column, i) => [column, `value ${i}`])));
  expect(item).toEqual({ ...plain, [`${name}_`]: 'value 0', [`${name}__`]: 'value 1', [`${name}___`]: 'value 2' });
});

it('a row that fits has no list of what was left out, whatever its columns are named', () => {
  expect(Object.keys(itemOf({ left_out: 1, n: 2 }))).not.toContain('left_out');
});

it.each([
  ['stays', { left_out: 'mine', large: 'x'.repeat(395 * 1024) }, ['large'], { left_out_: 'mine' }],
  ['is left out', { left_out: 'x'.repeat(395 * 1024), n: 1 }, ['left_out_'], { n: 1 }],
  [
    'is one of two',
    { left_out: 'x'.repeat(300 * 1024), ttl: 'y'.repeat(200 * 1024), n: 1 },
    ['left_out_'],
    { ttl_: 'y'.repeat(200 * 1024) },
  ],
])('of a row that is too large, a column named left_out %s', (_, values, leftOut, kept) => {
  const item = itemOf(values);
  expect(item).toMatchObject({ ...kept, left_out: leftOut });
  for (const name of leftOut) expect(Object.keys(item)).not.toContain(name);
  expect(itemSize(item)).toBeLessThanOrEqual(400 * 1024);
});
