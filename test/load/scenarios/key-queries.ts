/** A reader with room for some of its tasks' states, asked for one key after another of a hundred thousand in eight shards. */
import { application, stream, tumbling, view } from '../../../lib/index.ts';
import { readKeyRows } from '../../../lib/runtime/read/key-rows.ts';
import { heap, LoadWorld } from '../load-world.ts';

const SHARDS = 8;
const KEYS = 100_000;
const BATCH = 5000;
const ASKED = 64;
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
for (let round = 0; round < 2; round++) {
  for (let from = 0; from < KEYS; from += BATCH) {
    const batch = Array.from({ length: BATCH }, (_, k) => ({ k: `customer-${from + k}`, ms: 1, at: world.now }));
    await world.put(batch, world.shards[(from / BATCH) % SHARDS]);
  }
}
world.restart();
const before = heap();
const reader = world.reader();
const counts = new Set<unknown>();
let units = 0;
for (let i = 0; i < ASKED; i++) {
  const key = `customer-${Math.floor((i * KEYS) / ASKED)}`;
  const page = await readKeyRows(reader, { view: 'v', key: [key], order: 'asc', limit: 10 });
  units += page.units.reads;
  for (const { n } of page.rows) counts.add(n);
}
console.log(JSON.stringify({ room: ROOM, held: heap() - before, counts: [...counts], units }));
