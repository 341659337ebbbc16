import type { KinesisStreamEvent } from 'aws-lambda';
import { z } from 'zod';
import { createAggregateHandler } from '../lib/aws/handlers/aggregate-handler.ts';
import type { Telemetry } from '../lib/aws/telemetry.ts';
import { application, compile, stream, tumbling, view } from '../lib/index.ts';
import { mergeStream } from '../lib/runtime/merge.ts';
import { createReader } from '../lib/runtime/read/reader.ts';
import { readWindowRows } from '../lib/runtime/read/window-rows.ts';
import { readWindows } from '../lib/runtime/read/windows.ts';
import { createRuntime } from '../lib/runtime/runtime.ts';
import { tick } from '../lib/runtime/tick.ts';
import { UnitMeter } from '../lib/runtime/units.ts';
import { createMemoryStore } from '../lib/store/memory/memory-store.ts';
import { MemoryStreams } from '../lib/testing/memory-stream.ts';
import type { Totals } from './plain.ts';

/** How events are validated: by the types of the columns, or by a user's schema. */
export type Validation = 'columns' | 'zod';

function shopOf(validation: Validation) {
  const settings = { eventTime: 'at', maxOutOfOrderness: '5 seconds' } as const;
  const columns = { page: 'text', user_id: 'text', ms: 'double precision', at: 'timestamptz', agent: 'text', ref: 'text' } as const;
  const text = z.string();
  const schema = z.object({ page: text, user_id: text, ms: z.number(), at: z.iso.datetime(), agent: text, ref: text });
  const clicks = validation === 'columns' ? stream('clicks', { columns, ...settings }) : stream('clicks', { schema, ...settings });
  return application('shop', {
    views: [
      view(
        'pages',
        clicks
          .keyBy('page')
          .window(tumbling('1 minute'))
          .aggregate((a) => ({ n: a.count(), sum: a.sum('ms'), avg: a.avg('ms'), min: a.min('ms'), max: a.max('ms') })),
        { rows: false },
      ),
    ],
  });
}

const SILENT: Telemetry = {
  measure: () => {},
  warn: (message, error) => console.error(message, error),
  error: (message, error) => console.error(message, error),
};
const NEVER = Number.POSITIVE_INFINITY;

/** The exported Lambda handler over a store in memory, and what it has computed. */
export interface ClicksHandler {
  handle(event: KinesisStreamEvent): Promise<unknown>;
  /** merges what is closed, as the merge function does */
  merge(): Promise<void>;
  /** the capacity units that it used */
  readonly units: UnitMeter;
  /** results by minute and page, as a query gives them */
  totals(): Promise<Map<string, Totals>>;
}

/** Makes a handler with an empty store and one registered shard. */
export async function clicksHandler(validation: Validation = 'columns'): Promise<ClicksHandler> {
  const shop = shopOf(validation);
  const units = new UnitMeter();
  const store = createMemoryStore().metered(units);
  const shards = new MemoryStreams(Date.now);
  shards.addShards('clicks', 1);
  const plan = await compile(shop);
  const runtime = createRuntime({ plan, store, shards, version: 'bench' });
  await tick(runtime, { deadline: NEVER });
  const merge = async (): Promise<void> => {
    await mergeStream(runtime, store, 'clicks', NEVER);
  };
  const environment = {
    stateTable: 'state',
    resultsTable: 'results',
    streams: {},
    mergeFunction: undefined,
    version: 'bench',
    startingPosition: 'TRIM_HORIZON' as const,
  };
  // On AWS, another function merges; here, `merge` does.
  const handler = createAggregateHandler(shop, environment, { store, shards, telemetry: SILENT, invokeMerge: async () => {} });
  const context = { getRemainingTimeInMillis: () => 60_000 };
  return {
    units,
    merge,
    async handle(event) {
      const { batchItemFailures } = await handler(event, context);
      if (batchItemFailures.length > 0) throw new Error('a batch was not committed');
    },
    async totals() {
      const reader = createReader(runtime, { followEvery: 0 });
      const totals = new Map<string, Totals>();
      const { windows } = await readWindows(reader, { view: 'pages', order: 'asc', limit: 100_000 });
      for (const { start, end } of windows) {
        const { rows } = await readWindowRows(reader, { view: 'pages', window: { start, end }, orderBy: [], limit: 100_000 });
        for (const { page, n, sum, min, max } of rows) {
          totals.set(`${start / 60_000} ${page}`, { n: n as number, sum: sum as number, min: min as number, max: max as number });
        }
      }
      return totals;
    },
  };
}
