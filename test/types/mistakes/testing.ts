// Each comment with a caret is what the compiler says of the line above it at that place: see ../messages.test.ts.
import { application, sql, stream, tumbling, view } from '../../../lib/index.ts';
import { createTestDriver } from '../../../lib/testing/test-driver.ts';

const clicks = stream('clicks', { columns: { page: 'text', ms: 'bigint' } });
const orders = stream('orders', { columns: { id: 'text' } });
const counted = view(
  'counted',
  clicks
    .keyBy('page')
    .window(tumbling('1 minute'))
    .aggregate((a) => ({ n: a.count() })),
);
const others = view(
  'others',
  orders.window(tumbling('1 minute')).aggregate((a) => ({ n: a.count() })),
);

// A driver knows the streams, their events, the views, their keys and their rows.
const driver = await createTestDriver(application('shop', { views: [counted, others] }));
await driver.put('clicks', { page: '/a', ms: 1 });
await driver.put('orders', [{ id: 'a' }, { id: 'b' }]);
await driver.put('klicks', { page: '/a', ms: 1 });
//               ^ Argument of type '"klicks"' is not assignable to parameter of type '"clicks" | "orders"'.
await driver.put('orders', [{ ide: 'a' }]);
//                            ^ Object literal may only specify known properties, and 'ide' does not exist in type 'EventOfColumns<…> | Uint8Array<…>'.
await driver.rows('count');
//                ^ Argument of type '"count"' is not assignable to parameter of type '"counted" | "others"'.
await driver.rows('counted', { key: { pge: '/a' } });
//                                    ^ Object literal may only specify known properties, but 'pge' does not exist in type 'Readonly<…>'. Did you mean to write 'page'?
(await driver.rows('counted'))[0]?.total;
//                                 ^ Property 'total' does not exist on type '{ window_start: string; window_end: string; final: boolean; n: number; page: string; }'.
await driver.deadLetters('click');
//                       ^ Argument of type '"click"' is not assignable to parameter of type '"clicks" | "orders"'.

// Of SQL nothing is known, of the views beside it all is.
const mixed = await createTestDriver(application('shop', { views: [counted], sql: sql('') }));
await mixed.put('anything', { a: 1 });
(await mixed.rows('top_pages'))[0]?.whatever;
(await mixed.rows('counted'))[0]?.n.toFixed();
await mixed.put('clicks', { page: 1, ms: 1 });
//                        ^ Argument of type '{ page: number; ms: number; }' is not assignable to parameter of type 'EventOfColumns<…> | readonly (EventOfColumns<…> | Payload)[] | Payload'.
