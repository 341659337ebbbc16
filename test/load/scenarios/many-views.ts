/** Ten views on one stream, then a hundred. */

import { application, stream, tumbling, view } from '../../../lib/index.ts';
import { readWindowRows } from '../../../lib/runtime/read/window-rows.ts';
import { countSteps } from '../../support/count-steps.ts';
import { heap, LoadWorld, START } from '../load-world.ts';

const BATCHES = 30;
const BATCH = 1000;
const KEYS = 50;

const events = stream('events', { columns: { k: 'text', ms: 'double precision', at: 'bigint' }, eventTime: 'at' });

async function measure(views: number) {
  const app = application('load', {
    views: Array.from({ length: views }, (_, i) =>
      view(
        `view_${i}`,
        events
          .filter(({ ms }) => ms >= i)
          .keyBy('k')
          .window(tumbling('1 minute'))
          .aggregate((a) => ({ n: a.count(), total: a.sum('ms') })),
      ),
    ),
  });
  const world = await LoadWorld.of(app);
  const before = heap();
  const requests: number[] = [];
  const taken = await countSteps(async () => {
    for (let b = 0; b < BATCHES; b++) {
      const batch = Array.from({ length: BATCH }, (_, i) => ({ k: `key-${i % KEYS}`, ms: 100 + i, at: world.now }));
      requests.push((await world.put(batch)).units.requests);
    }
  });
  const held = heap() - before;
  world.now += 120_000;
  await world.put([{ k: 'key-0', ms: 1000, at: world.now }]);
  world.units.requests = 0;
  const merged = await countSteps(() => world.tick());
  const [of, last] = [`view_${views - 1}`, { start: START, end: undefined }];
  const { rows } = await readWindowRows(world.reader(), { view: of, window: last, orderBy: [], limit: KEYS + 1 });
  return {
    views,
    held,
    requests: requests.toSorted((a, b) => a - b)[BATCHES / 2],
    windows: merged.value.merged.reduce((sum, { windows }) => sum + windows, 0),
    mergeRequests: world.units.requests,
    counts: [...new Set(rows.map(({ n, final }) => `${n} ${final}`))],
    steps: { taken: taken.steps, merged: merged.steps },
    ...world.watched,
  };
}

await measure(10);
const few = await measure(10);
const many = await measure(100);
console.log(JSON.stringify({ few, many }));
