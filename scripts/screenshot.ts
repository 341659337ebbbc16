/** `npm run screenshot`: takes the pictures of the dashboard in docs/images, over an hour of the click stream example. */
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import application, { generator } from '../examples/clickstream/app.ts';
import { createClient } from '../lib/client/client.ts';
import { dashboardPage } from '../lib/dashboard/page.ts';
import { createRandom } from '../lib/local/random.ts';
import { startLocalStack } from '../lib/local/stack.ts';
import { localKinesis, putAll } from '../test/support/put-all.ts';

const MINUTES = 60;
const stack = await startLocalStack({ application, page: dashboardPage() });
const client = localKinesis(stack.urls.kinesis);
const random = createRandom(11);
const records = [];
const end = Date.now();
for (let now = end - MINUTES * 60_000; now < end; now += random.exponential(100)) {
  // A shop that is busier at some times than at others.
  const busy = 1 + 0.5 * Math.sin((now - end) / 700_000);
  if (random.uniform() > busy / 1.5) continue;
  const event = generator.event(random, Math.floor(now));
  records.push({ Data: Buffer.from(JSON.stringify(event)), PartitionKey: event.user_id });
}
const late = { ...generator.event(random, end - 50 * 60_000), page: '/cart' };
for (const text of [JSON.stringify(late), '{"page":"/","user_id":"user-7","ms":"fast"}', 'page=/&user=7'])
  records.push({ Data: Buffer.from(text), PartitionKey: 'user-7' });
await putAll(client, 'clicks', records);
// The shop stays open while the pictures are taken.
const shop = setInterval(() => {
  const event = generator.event(random, Date.now());
  const record = { Data: Buffer.from(JSON.stringify(event)), PartitionKey: event.user_id };
  void putAll(client, 'clicks', [record]);
}, 120);
// Until all that was put is counted: then no shard is far behind.
for (let lag = Number.POSITIVE_INFINITY; lag > 10_000; await sleep(500)) {
  const { streams, now } = await createClient({ url: stack.urls.api }).health();
  lag = Math.max(...streams.flatMap(({ shards }) => shards.map(({ watermark }) => Date.parse(now) - Date.parse(watermark ?? ''))));
  if (Number.isNaN(lag)) lag = Number.POSITIVE_INFINITY;
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme, deviceScaleFactor: 1 });
    await page.goto(`${stack.urls.api}/`);
    await page.waitForSelector('.legend li');
    // Two refreshes: the second knows how many events came since the first.
    await sleep(4500);
    await page.screenshot({ path: `docs/images/dashboard${colorScheme === 'dark' ? '-dark' : ''}.png`, fullPage: true });
    for (const width of process.argv.includes('--widths') ? [360, 800, 1400] : []) {
      await page.setViewportSize({ width, height: 900 });
      await sleep(500);
      await page.screenshot({ path: `/tmp/dashboard-${colorScheme}-${width}.png`, fullPage: true });
    }
  }
} finally {
  clearInterval(shop);
  await browser.close();
  await stack.stop();
  client.destroy();
}
