import { expect, it } from 'vitest';
import { nearest } from '../../lib/plan/nearest.ts';

it.each([
  ['key.pgae', 'key.page'],
  ['Limit', 'limit'],
  ['orderby', 'order_by'],
  ['zzz', undefined],
  ['', undefined],
])('the name nearest to %j is %j', (name, found) => {
  expect(nearest(name, ['key.page', 'limit', 'order_by', 'window'])).toBe(found);
});
