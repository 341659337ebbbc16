/** A thousand keys: all alike, and one of them with nine tenths of the events. */

import { application, stream, tumbling, view } from '../../../lib/index.ts';
import { createRandom } from '../../../lib/local/random.ts';
import { readKeyRows } from '../../../lib/runtime/read/key-rows.ts';
import { countSteps } from '../../support/count-steps.ts';
import { heap, LoadWorld } from '../load-world.ts';

const BATCHES = 60;
const BATCH = 1000;
const KEYS = 1000;

const events = stream('events', {
  columns: { k: 'text', user: 'text', ms: 'double precision', at: 'bigint' },
  eventTime: 'at',
  maxOutOfOrderness: '5 seconds',
});
const app = application('load', {
  views: [
    view(
      'v',
      events
        .keyBy('k')
        .window(tumbling('1 hour'))
        .aggregate((a) => ({ n: a.count(), avg: a.avg('ms'), p95: a.approxQuantile('ms', 0.95), users: a.approxCountDistinct('user') })),
    ),
  ],
});

async function measure(hotShare: number) {
  const random = createRandom(1);
  const world = await LoadWorld.of(app);
  const batches = Array.from({ length: BATCHES }, () =>
    Array.from({ length: BATCH }, () => ({
      k: random.uniform() < hotShare ? 'hot' : `key-${random.integer(KEYS)}`,
      user: `user-${random.integer(100_000)}`,
      ms: random.exponential(100),
      at: world.now,
    })),
  );
  const made = heap();
  const requests: number[] = [];
  const { steps } = await countSteps(async () => {
    for (const batch of batches) requests.push((await world.put(batch)).units.requests);
  });
  const held = heap() - made;
  const hot = batches.flat().filter(({ k }) => k === 'hot').length;
  const { rows } = await readKeyRows(world.reader(), { view: 'v', key: ['hot'], order: 'asc', limit: 1 });
  return { steps, held, requests: requests.toSorted((a, b) => a - b)[BATCHES / 2], hot, counted: rows[0]?.n ?? 0, ...world.watched };
}

// Once to warm up.
await measure(0);
const even = await measure(0);
const hot = await measure(0.9);
console.log(JSON.stringify({ even, hot }));
