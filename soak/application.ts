/** What `npm run soak` runs: sums by key in windows that follow one another and in windows that overlap. */
import { application, hopping, stream, tumbling, view } from '../lib/index.ts';

/** The longest, in milliseconds, that an event may take into the stream without being late. */
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
