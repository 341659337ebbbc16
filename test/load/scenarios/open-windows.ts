/** One key with a thousand open windows, then ten thousand: windows that follow one another, and windows that all overlap. */

import { application, hopping, stream, tumbling, view } from '../../../lib/index.ts';
import { readKeyRows } from '../../../lib/runtime/read/key-rows.ts';
import { countSteps } from '../../support/count-steps.ts';
import { heap, LoadWorld } from '../load-world.ts';

const events = stream('events', { columns: { k: 'text', at: 'bigint' }, eventTime: 'at', maxOutOfOrderness: '12 hours' });

function applicationOf(kind: 'tumbling' | 'hopping', windows: number) {
  const keyed = events.keyBy('k');
  const windowed = kind === 'tumbling' ? keyed.window(tumbling('1 second')) : keyed.window(hopping(`${windows} seconds`, '1 second'));
  return application('load', {
    views: [
      view(
        'v',
        windowed.aggregate((a) => ({ n: a.count() })),
      ),
    ],
  });
}

async function measure(kind: 'tumbling' | 'hopping', windows: number) {
  const world = await LoadWorld.of(applicationOf(kind, windows));
  const before = heap();
  // An event a second: of overlapping windows, the first one to be whole holds as many as there are seconds in it.
  const seconds = Array.from({ length: windows }, (_, i) => ({ k: 'a', at: world.now + i * 1000 }));
  world.now += windows * 1000;
  const taken = await countSteps(() => world.put(seconds));
  const held = heap() - before;
  const { largestItem } = world.watched;
  const page = { view: 'v', key: ['a'], limit: 100 } as const;
  const read = await countSteps(async () => (await readKeyRows(world.reader(), { ...page, order: 'asc' })).rows.length);
  const ticked = await countSteps(() => world.tick());
  const most = (await readKeyRows(world.reader(), { ...page, from: world.now - windows * 1000, order: 'asc', limit: 1 })).rows[0]?.n;
  // So much later that what follows one another is closed; of what overlaps, the first hundred.
  const closing = kind === 'tumbling' ? windows : 100;
  world.now += 12 * 3_600_000 - windows * 1000 + (kind === 'tumbling' ? windows * 1000 : 101_000);
  await world.put([{ k: 'a', at: world.now }]);
  world.units.requests = 0;
  const merged = await countSteps(async () => (await world.tick()).merged[0]?.windows ?? 0);
  return {
    windows,
    held,
    entry: largestItem,
    most,
    read: read.value,
    closing,
    merged: merged.value,
    requests: world.units.requests,
    steps: { taken: taken.steps, read: read.steps, ticked: ticked.steps, merged: merged.steps },
    ...world.watched,
  };
}

const measured: Record<string, unknown> = {};
for (const kind of ['tumbling', 'hopping'] as const) {
  await measure(kind, 1000);
  measured[kind] = { few: await measure(kind, 1000), many: await measure(kind, 10_000) };
}
console.log(JSON.stringify(measured));
