/** Sixty-four shards: all of them busy, then one of them silent from some moment on. */

import { application, stream, tumbling, view } from '../../../lib/index.ts';
import { readWindowRows } from '../../../lib/runtime/read/window-rows.ts';
import { countSteps } from '../../support/count-steps.ts';
import { heap, LoadWorld } from '../load-world.ts';

const SHARDS = 64;
const MINUTES = 20;
const SILENT_FROM = 5;
const KEYS = 20;
const MINUTE = 60_000;

const events = stream('events', {
  columns: { k: 'text', at: 'bigint' },
  eventTime: 'at',
  maxOutOfOrderness: '5 seconds',
  idleTimeout: '1 minute',
});
const app = application('load', {
  views: [
    view(
      'v',
      events
        .keyBy('k')
        .window(tumbling('1 minute'))
        .aggregate((a) => ({ n: a.count() })),
    ),
  ],
});

async function measure(silent: boolean) {
  const world = await LoadWorld.of(app, { shards: SHARDS });
  const before = heap();
  const requests: number[] = [];
  /** by minute, how many minutes the newest final window lies behind */
  const behind: number[] = [];
  const { steps } = await countSteps(async () => {
    for (let minute = 0; minute < MINUTES; minute++) {
      for (const [i, shard] of world.shards.entries()) {
        if (silent && i === 0 && minute >= SILENT_FROM) continue;
        await world.put(
          Array.from({ length: KEYS }, (_, k) => ({ k: `${i}-${k}`, at: world.now })),
          shard,
        );
      }
      world.now += MINUTE;
      world.units.requests = 0;
      const { merged } = await world.tick();
      requests.push(world.units.requests);
      behind.push(Math.round((world.now - (merged[0]?.mergedThrough ?? 0)) / MINUTE));
    }
  });
  const held = heap() - before;
  const { rows } = await readWindowRows(world.reader(), { view: 'v', window: 'latest_final', orderBy: [], limit: 5000 });
  const entries = world.runtime.cache.get(`events/${world.shards[0]}`)?.state.index ?? 0;
  return { steps, held, requests: Math.max(...requests), behind, rows: rows.length, entries, largestItem: world.watched.largestItem };
}

await measure(false);
const busy = await measure(false);
const silent = await measure(true);
console.log(JSON.stringify({ busy, silent }));
