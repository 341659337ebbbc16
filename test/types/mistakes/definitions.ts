// Each comment with a caret is what the compiler says of the line above it at that place: see ../messages.test.ts.
import { z } from 'zod';
import { application, calendar, cumulate, hopping, session, stagger, stream, tumbling, view } from '../../../lib/index.ts';

const schema = z.object({
  page: z.string(),
  user: z.string(),
  ms: z.number(),
  size: z.number(),
  tags: z.array(z.string()),
  at: z.iso.date(),
});
const columns = { page: 'text', ms: 'bigint', at: 'timestamptz' } as const;

// Streams.
stream('x', { schema, eventTime: 'at', maxOutOfOrder: '1 second' });
//                                     ^ Object literal may only specify known properties, but 'maxOutOfOrder' does not exist in type 'SchemaStreamOptions<…>'. Did you mean to write 'maxOutOfOrderness'?
stream('x', { columns, evenTime: 'at' });
//                     ^ Object literal may only specify known properties, but 'evenTime' does not exist in type 'ColumnStreamOptions<…>'. Did you mean to write 'eventTime'?
stream('x', { schema, eventTime: 'when' });
//                    ^ Type '"when"' is not assignable to type '"at" | "ms" | "page" | "size" | "user" | EventTimeColumn | EventTimeFunction<…>'.
stream('x', { columns, eventTime: 'at', partitionKey: 'pge' });
//                                      ^ Type '"pge"' is not assignable to type '"at" | "ms" | "page"'. Did you mean '"page"'?
stream('x', { eventTime: 'at' });
//          ^ Property 'columns' is missing in type '{ eventTime: string; }' but required in type 'ColumnStreamOptions<…>'.
stream('x', { columns: { page: 'texts', at: 'timestamptz' }, eventTime: 'at' });
//                       ^ "texts" is no column type: the types are 'text', 'bigint', 'double precision', 'boolean', 'timestamptz', 'jsonb', each also with " | null"
stream('x', { columns, aggregation: 'zip' });
//                     ^ Type '"zip"' is not assignable to type '"kpl"'.

// Durations.
stream('x', { columns, idleTimeout: '5 minuts', maxOutOfOrderness: '1 second', maxAhead: 1000 });
//                     ^ "5 minuts" is not a duration: write milliseconds or text such as '5 seconds', '1 hour 30 minutes'
tumbling('1 fortnight');
//       ^ "1 fortnight" is not a duration: write milliseconds or text such as '5 seconds', '1 hour 30 minutes'
hopping('five minutes', '1 minute');
//      ^ "five minutes" is not a duration: write milliseconds or text such as '5 seconds', '1 hour 30 minutes'
cumulate('1 day', '1');
//                ^ "1" is not a duration: write milliseconds or text such as '5 seconds', '1 hour 30 minutes'
session('');
//      ^ "" is not a duration: write milliseconds or text such as '5 seconds', '1 hour 30 minutes'
stagger('-1 minute');
//      ^ "-1 minute" is not a duration: write milliseconds or text such as '5 seconds', '1 hour 30 minutes'
tumbling('1 day', { offset: '6 hour s' });
//                  ^ "6 hour s" is not a duration: write milliseconds or text such as '5 seconds', '1 hour 30 minutes'

// Windows.
const clicks = stream('clicks', { schema, eventTime: 'at' });
calendar('months');
//       ^ Argument of type '"months"' is not assignable to parameter of type '"day" | "month" | "quarter" | "week" | "year"'.
calendar('day', { timezone: 'Europe/Berlin' });
//                ^ Object literal may only specify known properties, but 'timezone' does not exist in type 'CalendarOptions<…>'. Did you mean to write 'timeZone'?
tumbling('1 minute', { ofset: '1 second' });
//                     ^ Object literal may only specify known properties, but 'ofset' does not exist in type 'WindowOptions<…>'. Did you mean to write 'offset'?
clicks.window(tumbling('1 minute'), { allowedLatenes: '1 minute' });
//                                    ^ Object literal may only specify known properties, but 'allowedLatenes' does not exist in type 'WindowedOptions<…>'. Did you mean to write 'allowedLateness'?
clicks.window(tumbling('1 minute'), { allowedLateness: '1 minuet' });
//                                    ^ "1 minuet" is not a duration: write milliseconds or text such as '5 seconds', '1 hour 30 minutes'

// Keys.
clicks.keyBy('pge');
//           ^ there is no column "pge"; those that can be in a key are at, ms, page, size, user
clicks.keyBy('page', 'tags');
//           ^ column "tags" cannot be in a key: it is no text, number, truth value or time; those that can be in a key are at, ms, page, size, user

// Aggregates.
const byPage = clicks.keyBy('page').window(tumbling('1 minute'));
byPage.aggregate((a) => ({ x: a.avg('mss') }));
//                                  ^ Argument of type '"mss"' is not assignable to parameter of type '"ms" | "size"'.
byPage.aggregate((a) => ({ page: a.count() }));
//                         ^ "page" is a column of the key: choose another name
byPage.aggregate((a) => ({ window_start: a.count(), final: a.max('at') }));
//                         ^ "window_start" is reserved, every row has it: choose another name
//                                                  ^ "final" is reserved, every row has it: choose another name
byPage.aggregate((a) => ({ x: a.ewma('ms', '1 minut') }));
//                                         ^ "1 minut" is not a duration: write milliseconds or text such as '5 seconds', '1 hour 30 minutes'

// Views and applications.
const counted = byPage.aggregate((a) => ({ n: a.count() }));
view('v', counted, { retentoin: '1 day' });
//                   ^ Object literal may only specify known properties, but 'retentoin' does not exist in type 'ViewOptions<…>'. Did you mean to write 'retention'?
view('v', counted, { retention: 'for ever' });
//                   ^ "for ever" is not a duration: write milliseconds or text such as '5 seconds', '1 hour 30 minutes'
application('shop', { view: [view('v', counted)] });
//                    ^ Object literal may only specify known properties, but 'view' does not exist in type 'ApplicationOptions<…>'. Did you mean to write 'views'?
application('shop', { views: [view('v', counted)], retention: '30 dayz' });
//                                                 ^ "30 dayz" is not a duration: write milliseconds or text such as '5 seconds', '1 hour 30 minutes'
