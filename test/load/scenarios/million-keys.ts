/** A window of 50,000 keys, then one of a million: taken, read while it is open, merged, read when it is final. */

import { application, stream, tumbling, view } from '../../../lib/index.ts';
import { readWindowRows } from '../../../lib/runtime/read/window-rows.ts';
import { countSteps } from '../../support/count-steps.ts';
import { heap, LoadWorld } from '../load-world.ts';

const BATCH = 10_000;

const events = stream('events', { columns: { k: 'text', ms: 'double precision', at: 'bigint' }, eventTime: 'at' });
const app = application('load', {
  views: [
    view(
      'v',
      events
        .keyBy('k')
        .window(tumbling('1 minute'))
        .aggregate((a) => ({ n: a.count(), total: a.sum('ms') })),
    ),
  ],
});

async function measure(keys: number) {
  const world = await LoadWorld.of(app);
  const before = heap();
  const requests: number[] = [];
  const taken = await countSteps(async () => {
    for (let from = 0; from < keys; from += BATCH) {
      const batch = Array.from({ length: BATCH }, (_, i) => ({
        k: `customer-${String(from + i).padStart(9, '0')}`,
        ms: from + i,
        at: world.now,
      }));
      requests.push((await world.put(batch)).units.requests);
    }
  });
  const held = heap() - before;
  const top = (window: 'latest' | 'latest_final') =>
    countSteps(async () => {
      const { rows } = await readWindowRows(world.reader(), {
        view: 'v',
        window,
        orderBy: [{ column: 'total', descending: true }],
        limit: 3,
      });
      return rows.map(({ total }) => total);
    });
  const live = await top('latest');
  const merged = await countSteps(async () => {
    world.now += 300_000;
    await world.put([{ k: 'customer', ms: 0, at: world.now }]);
    await world.tick();
  });
  const final = await top('latest_final');
  return {
    keys,
    held,
    requests: { usual: requests.toSorted((a, b) => a - b)[requests.length >> 1], most: Math.max(...requests) },
    steps: { taken: taken.steps, live: live.steps, merged: merged.steps, final: final.steps },
    top: { live: live.value, final: final.value },
    ...world.watched,
  };
}

await measure(50_000);
const few = await measure(50_000);
const many = await measure(1_000_000);
console.log(JSON.stringify({ few, many, rss: process.resourceUsage().maxRSS * 1024 }));
