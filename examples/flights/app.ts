import { z } from 'zod';
import { application, stream, tumbling, view } from '../../lib/index.ts';

/** US domestic flights as the Bureau of Transportation Statistics reports them; times are local and taken as UTC. */
const flights = stream('flights', {
  schema: z.object({
    /** scheduled departure */
    date: z.iso.datetime(),
    /** minutes; negative when early */
    delay: z.int(),
    /** miles */
    distance: z.int(),
    origin: z.string(),
    destination: z.string(),
  }),
  eventTime: 'date',
  maxOutOfOrderness: '10 minutes',
  // They are of 2001, whenever they are sent.
  maxBehind: '36500 days',
});

const originHours = view(
  'origin_hours',
  flights
    .keyBy('origin')
    .window(tumbling('1 hour'))
    .aggregate((a) => ({
      flights: a.count(),
      avg_delay: a.avg('delay'),
      min_delay: a.min('delay'),
      max_delay: a.max('delay'),
      p95_delay: a.approxQuantile('delay', 0.95),
    })),
);

const routeDays = view(
  'route_days',
  flights
    .keyBy('origin', 'destination')
    .window(tumbling('1 day'))
    .aggregate((a) => ({ flights: a.count() })),
);

export default application('flights', { views: [originHours, routeDays], retention: '365 days' });
