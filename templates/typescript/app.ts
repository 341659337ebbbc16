/** What is looked at, how often and for how long, minute by minute. */
import { application, generator, stream, tumbling, view } from 'millrace';
import { z } from 'zod';

export const clicks = stream('clicks', {
  schema: z.object({
    page: z.string(),
    user_id: z.string(),
    /** how long the page was looked at; null when the visitor left */
    ms: z.number().nullable(),
    at: z.iso.datetime(),
  }),
  eventTime: 'at',
  maxOutOfOrderness: '5 seconds',
  partitionKey: 'user_id',
});

export const pageViews = view(
  'page_views',
  clicks
    .keyBy('page')
    .window(tumbling('1 minute'), { allowedLateness: '1 minute' })
    .aggregate((a) => ({ views: a.count(), visitors: a.approxCountDistinct('user_id'), avg_ms: a.avg('ms') })),
);

export default application('__name__', { views: [pageViews], retention: '30 days' });

/** Made-up events for `npm start`; on AWS there are none. */
const madeUp = generator(clicks, {
  eventsPerSecond: 10,
  event: (random, now) => ({
    page: random.pick(['/', '/search', '/cart', '/checkout'], [8, 4, 2, 1]),
    user_id: `user-${random.integer(200)}`,
    ms: random.uniform() < 0.05 ? null : Math.round(random.exponential(400)),
    at: new Date(now).toISOString(),
  }),
});

export { madeUp as generator };
