/** The application of `npm run soak`: sums by key in tumbling and in overlapping windows. */
import { application, hopping, stream, tumbling, view } from '../lib/index.ts';

/** The maximum time, in milliseconds, from an event to its arrival without being late. */
export const MAX_OUT_OF_ORDERNESS = 20_000;

const events = stream('events', {
  columns: { id: 'bigint', key: 'text', value: 'bigint', at: 'timestamptz' },
  eventTime: 'at',
  maxOutOfOrderness: MAX_OUT_OF_ORDERNESS,
  idleTimeout: '5 seconds',
  partitionKey: 'key',
});

const sums = view(
  'sums',
  events
    .keyBy('key')
    .window(tumbling('5 seconds'))
    .aggregate((a) => ({ events: a.count(), total: a.sum('value') })),
);

const trend = view(
  'trend',
  events
    .keyBy('key')
    .window(hopping('10 seconds', '5 seconds'))
    .aggregate((a) => ({ events: a.count(), total: a.sum('value') })),
);

export default application('soak', { views: [sums, trend] });
