/** A shop's click stream: what is looked at, by how many, for how long, live. */
import { z } from 'zod';
import { application, generator, hopping, stream, tumbling, view } from '../../lib/index.ts';

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

const shoppers = clicks.filter((click) => click.page !== '/health');

export const pageViews = view(
  'page_views',
  shoppers
    .keyBy('page')
    .window(tumbling('1 minute'), { allowedLateness: '1 minute' })
    .aggregate((a) => ({
      views: a.count(),
      avg_ms: a.avg('ms'),
      slow: a.filter((click) => (click.ms ?? 0) > 1000, a.count()),
      p95_ms: a.approxQuantile('ms', 0.95),
      visitors: a.approxCountDistinct('user_id'),
    })),
);

export const pageTrend = view(
  'page_trend',
  shoppers
    .keyBy('page')
    .window(hopping('5 minutes', '1 minute'), { allowedLateness: '1 minute' })
    .aggregate((a) => ({ views: a.count(), visitors: a.approxCountDistinct('user_id') })),
);

export default application('shop', { views: [pageViews, pageTrend], retention: '30 days' });

const pages = ['/', '/search', '/cart', '/checkout', '/account', ...Array.from({ length: 45 }, (_, i) => `/product/${i + 1}`)];
/** Zipf's law: the n-th most popular page is looked at 1/n as often as the first. */
const popularity = pages.map((_, i) => 1 / (i + 1));

const shopGenerator = generator(clicks, {
  eventsPerSecond: 20,
  event: (random, now) => ({
    page: random.pick(pages, popularity),
    user_id: `user-${random.integer(500)}`,
    ms: random.uniform() < 0.05 ? null : Math.round(random.exponential(400)),
    // A click is sent when it ends, over networks that take their time.
    at: new Date(now - Math.round(random.exponential(200))).toISOString(),
  }),
});

export { shopGenerator as generator };
