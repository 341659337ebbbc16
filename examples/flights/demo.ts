/** `npm run demo:flights`: the flights of 2001 through the local stack at an adjustable speed, to look at in the dashboard. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { KinesisClient, PutRecordsCommand, type PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { dashboardPage } from '../../lib/dashboard/page.ts';
import { LOCAL_AWS } from '../../lib/local/local-aws.ts';
import { startLocalStack } from '../../lib/local/stack.ts';
import application from './app.ts';
import { type Flight, readFlights } from './flights.ts';

const HELP = `Usage: npm run demo:flights -- [options]

Sends the US domestic flights of 2001 through Millrace, by their scheduled departure, faster than they flew.

  --speed N          seconds of 2001 in a second of today; default 3600: a day takes 24 seconds
  --from DATE        the first departure, e.g. 2001-03-01; default 2001-01-01
  --flights N        how many flights; default all three million
  --api-port PORT    REST and dashboard; default 8080, 0: any free one
  --data DIR         where everything is kept; default: in memory
`;

/** Events of one request to Kinesis at most. */
const BATCH = 500;

async function main(): Promise<number> {
  const options = { speed: 'string', from: 'string', flights: 'string', 'api-port': 'string', data: 'string', help: 'boolean' } as const;
  const types = Object.fromEntries(Object.entries(options).map(([name, type]) => [name, { type }])) as {
    [N in keyof typeof options]: { type: (typeof options)[N] };
  };
  const { values } = parseArgs({ options: types });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const speed = number('speed', values.speed, 3600);
  if (speed === 0) throw new Error('--speed must be a number above 0');
  const limit = number('flights', values.flights, 3_000_000);
  const from = values.from ?? '2001-01-01';
  if (Number.isNaN(Date.parse(from))) throw new Error(`--from takes a date such as 2001-03-01, not "${from}"`);

  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());
  const stack = await startLocalStack({
    application,
    page: dashboardPage(),
    shards: 4,
    ports: { api: number('api-port', values['api-port'], 8080) },
    ...(values.data !== undefined && { data: values.data }),
    onProblem: (message, error) => console.error(`${message}: ${error}`),
  });
  console.log(`Flights of 2001, ${speed.toLocaleString('en')} times as fast as they flew. Ctrl-C stops.\n`);
  console.log(`  dashboard   ${stack.urls.api}/#view=origin_hours&column=flights`);
  console.log(`  REST        ${stack.urls.api}/v1/views/origin_hours/rows?window=latest&order_by=-flights&limit=5\n`);
  try {
    await send(stack.urls.kinesis, readFlights({ from, limit }), speed, stopping.signal);
    // What was sent stays to be looked at.
    if (!stopping.signal.aborted) console.log('\nAll flights are sent. Ctrl-C stops.');
    while (!stopping.signal.aborted) await sleep(60_000, undefined, { signal: stopping.signal }).catch(() => {});
  } finally {
    await stack.stop();
  }
  return 0;
}

/** Sends each flight when its time has come. */
async function send(endpoint: string, flights: AsyncIterable<readonly Flight[]>, speed: number, signal: AbortSignal): Promise<void> {
  const client = new KinesisClient({ ...LOCAL_AWS, endpoint, requestHandler: new NodeHttpHandler() });
  const began = performance.now();
  let first: number | undefined;
  let sent = 0;
  let shownAt = 0;
  for await (const group of flights) {
    for (let at = 0; at < group.length && !signal.aborted; at += BATCH) {
      const batch = group.slice(at, at + BATCH);
      const time = Date.parse(batch[0]?.date as string);
      first ??= time;
      const wait = (time - first) / speed - (performance.now() - began);
      if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => {});
      const Records = batch.map((flight) => ({ Data: Buffer.from(JSON.stringify(flight)), PartitionKey: `flight ${sent++}` }));
      await putAll(client, Records, signal);
      if (process.stdout.isTTY && performance.now() - shownAt > 250) {
        process.stdout.write(`\r${batch[0]?.date.slice(0, 16).replace('T', ' ')}   ${sent.toLocaleString('en')} flights `);
        shownAt = performance.now();
      }
    }
    if (signal.aborted) break;
  }
  client.destroy();
}

/** Puts records again that were refused for the moment, until all are taken. */
async function putAll(client: KinesisClient, records: PutRecordsRequestEntry[], signal: AbortSignal): Promise<void> {
  for (let left = records; left.length > 0 && !signal.aborted; ) {
    const { Records = [] } = await client.send(new PutRecordsCommand({ StreamName: 'flights', Records: left }));
    left = left.filter((_, i) => Records[i]?.ErrorCode !== undefined);
  }
}

function number(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!(value >= 0) || text.trim() === '') throw new Error(`--${name} must be a number of at least 0, not "${text}"`);
  return value;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`demo:flights: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 2;
}
