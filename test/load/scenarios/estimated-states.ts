/** States of several shapes in a container: what they take on the heap, and what the cache thinks they take. */
import { type Application, application, session, stream, tumbling, view } from '../../../lib/index.ts';
import { heap, LoadWorld } from '../load-world.ts';

const KEYS = 20_000;
const BATCH = 5000;

const events = stream('events', {
  columns: { k: 'text', ms: 'double precision', who: 'text', at: 'bigint' },
  eventTime: 'at',
});
const minutes = () => events.keyBy('k').window(tumbling('1 minute'));
const options = { rows: false } as const;
const shapes: Record<string, () => Application> = {
  'count and sum': () =>
    application('load', {
      views: [
        view(
          'v',
          minutes().aggregate((a) => ({ n: a.count(), total: a.sum('ms') })),
          options,
        ),
      ],
    }),
  'five numbers': () =>
    application('load', {
      views: [
        view(
          'v',
          minutes().aggregate((a) => ({ n: a.count(), total: a.sum('ms'), mean: a.avg('ms'), least: a.min('ms'), most: a.max('ms') })),
          options,
        ),
      ],
    }),
  'distinct values': () =>
    application('load', {
      views: [
        view(
          'v',
          minutes().aggregate((a) => ({ visitors: a.approxCountDistinct('who') })),
          options,
        ),
      ],
    }),
  'distinct values of few keys': () =>
    application('load', {
      views: [
        view(
          'v',
          events
            .keyBy('who')
            .window(tumbling('1 minute'))
            .aggregate((a) => ({ customers: a.approxCountDistinct('k') })),
          options,
        ),
      ],
    }),
  sessions: () =>
    application('load', {
      views: [
        view(
          'v',
          events
            .keyBy('k')
            .window(session('30 minutes'))
            .aggregate((a) => ({ n: a.count() })),
          options,
        ),
      ],
    }),
};

const measured: Record<string, { held: number; estimated: number }> = {};
for (const [name, app] of Object.entries(shapes)) {
  const world = await LoadWorld.of(app());
  const before = heap();
  for (let from = 0; from < KEYS; from += BATCH) {
    const batch = Array.from({ length: BATCH }, (_, i) => ({
      k: `customer-${from + i}`,
      ms: i / 7,
      who: `visitor-${i % 200}`,
      at: world.now,
    }));
    await world.put(batch);
  }
  const { cache } = world.runtime;
  const estimated = cache.bytes;
  const full = heap();
  for (const shard of world.shards) cache.drop(`events/${shard}`);
  // What is still there are the stored items.
  measured[name] = { held: full - heap(), estimated };
  if (full < before) throw new Error('the heap shrank');
}
console.log(JSON.stringify(measured));
