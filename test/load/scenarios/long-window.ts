/** Windows of thirty days over three months, with what expires deleted every day and a new container every week. */
import { application, hopping, stream, tumbling, view } from '../../../lib/index.ts';
import { readWindowRows } from '../../../lib/runtime/read/window-rows.ts';
import { heap, LoadWorld, START } from '../load-world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const DAYS = 100;
const KEYS = 200;
/** What each hour's batch holds. */
const BATCH = 20;

const events = stream('events', { columns: { k: 'text', at: 'bigint' }, eventTime: 'at', maxOutOfOrderness: '1 minute' });
const keyed = events.keyBy('k');
const app = application('load', {
  views: [
    view(
      'month',
      keyed.window(tumbling('30 days')).aggregate((a) => ({ n: a.count() })),
    ),
    view(
      'so_far',
      keyed.window(hopping('30 days', '1 day')).aggregate((a) => ({ n: a.count() })),
    ),
  ],
  retention: '60 days',
});

const world = await LoadWorld.of(app);
const days: { items: number; bytes: number; uncovered: number; heap: number }[] = [];
let n = 0;
for (let day = 0; day < DAYS; day++) {
  if (day % 7 === 6) world.restart();
  for (let hour = 0; hour < 24; hour++) {
    world.now = START + day * DAY + hour * HOUR;
    await world.put(Array.from({ length: BATCH }, () => ({ k: `key-${n++ % KEYS}`, at: world.now })));
    await world.tick();
  }
  const left = world.expire();
  const debt = world.runtime.cache.get(`events/${world.shards[0]}`)?.debt;
  days.push({ ...left, uncovered: debt?.uncoveredEntries ?? 0, heap: heap() });
}
const of = async (name: string, start: number) => {
  const { rows } = await readWindowRows(world.reader(), { view: name, window: { start, end: undefined }, orderBy: [], limit: KEYS + 1 });
  return { rows: rows.length, counts: [...new Set(rows.map((row) => row.n))], final: rows.every((row) => row.final) };
};
// Thirty days from 1970 on: the second one that lies within these days as a whole.
const second = Math.ceil(START / (30 * DAY)) * 30 * DAY + 30 * DAY;
console.log(JSON.stringify({ days, ...world.watched, month: await of('month', second), soFar: await of('so_far', START + 60 * DAY) }));
