import type { ApiOptions } from '../../lib/api/api.ts';
import type { DerivedViewPlan } from '../../lib/plan/relation.ts';
import type { Store } from '../../lib/store/ports.ts';
import { at, Shop, T0 } from './shop.ts';

/** What is in the text of a record that is no UTF-8. */
export const NO_UTF8 = Uint8Array.of(0x7b, 0xff, 0x7d);

/**
 * A shop with one final minute (12:00) and one open one (12:01), one late click and three dead letters; it is 12:01:20 and
 * the watermark is at 12:01:00.
 */
export async function openShopWithStory(
  options?: Partial<ApiOptions>,
  front?: (store: Store) => Store,
  derived?: readonly DerivedViewPlan[],
): Promise<Shop> {
  const shop = await Shop.open(options, front, derived);
  shop.now = T0 + 30_000;
  await shop.click(
    { page: '/a', at: at(0), ms: 10 },
    { page: '/a', at: at(10), ms: 20, user: 2 },
    { page: '/b', at: at(20), ms: null, ok: false },
    { page: null, at: at(25), ms: 5 },
  );
  shop.now = T0 + 70_000;
  await shop.click({ page: '/a', at: at(65), ms: 30 });
  shop.now = T0 + 80_000;
  await shop.click({ page: '/a', at: at(30), ms: 40 });
  await shop.send([
    { value: { page: '/a', at: 'yesterday' } },
    { reason: 'not JSON', bytes: new TextEncoder().encode('{"page": "/a", "big": 9007199254740993') },
    { reason: 'not UTF-8', bytes: NO_UTF8 },
  ]);
  return shop;
}
