/** A container that has room for some of its tasks' states, and is given sixteen with 20,000 keys each, again and again. */
import { application, stream, tumbling, view } from '../../../lib/index.ts';
import { readWindowRows } from '../../../lib/runtime/read/window-rows.ts';
import { heap, LoadWorld } from '../load-world.ts';

const SHARDS = 16;
const KEYS = 20_000;
const BATCH = 5000;
const ROOM = 32 * 2 ** 20;

const events = stream('events', { columns: { k: 'text', ms: 'double precision', at: 'bigint' }, eventTime: 'at' });
const app = application('load', {
  views: [
    view(
      'v',
      events
        .keyBy('k')
        .window(tumbling('1 minute'))
        .aggregate((a) => ({ n: a.count(), total: a.sum('ms') })),
      { rows: false },
    ),
  ],
});

const world = await LoadWorld.of(app, { shards: SHARDS, cacheBytes: ROOM });
const before = heap();
for (let round = 0; round < 2; round++) {
  for (const [i, shard] of world.shards.entries()) {
    for (let from = 0; from < KEYS; from += BATCH) {
      const batch = Array.from({ length: BATCH }, (_, k) => ({ k: `customer-${i}-${from + k}`, ms: 1, at: world.now }));
      await world.put(batch, shard);
    }
  }
}
// What is stored is memory as well here; it is packed.
const { bytes } = world.expire();
const held = heap() - before - bytes;
const { rows } = await readWindowRows(world.reader(), { view: 'v', window: 'latest', orderBy: [], limit: SHARDS * KEYS + 1 });
console.log(JSON.stringify({ room: ROOM, held, rows: rows.length, counts: [...new Set(rows.map(({ n }) => n))], stored: bytes }));
