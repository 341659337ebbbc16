import { KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dashboardPage } from '../../lib/dashboard/page.ts';
import { application, hopping, stream, tumbling, view } from '../../lib/index.ts';
import { LOCAL_AWS } from '../../lib/local/local-aws.ts';
import { type LocalStack, startLocalStack } from '../../lib/local/stack.ts';
import { putAll } from '../support/put-all.ts';
import { launch, noBrowser } from './browser.ts';

const clicks = stream('clicks', {
  columns: { page: 'text', ms: 'double precision', at: 'timestamptz' },
  eventTime: 'at',
  maxOutOfOrderness: '2 seconds',
});
const byPage = clicks.keyBy('page');
const shop = application('shop', {
  views: [
    view(
      'page_views',
      byPage.window(tumbling('1 minute')).aggregate((a) => ({ views: a.count(), avg_ms: a.avg('ms') })),
    ),
    view(
      'trend',
      byPage.window(hopping('2 minutes', '1 minute')).aggregate((a) => ({ views: a.count() })),
    ),
    view(
      'total',
      clicks.window(tumbling('1 minute')).aggregate((a) => ({ views: a.count() })),
    ),
  ],
});

const EVIL = '<img src=x onerror="document.title=\'owned\'">';
const T0 = Date.now() - (Date.now() % 60_000) - 5 * 60_000;
const at = (seconds: number): string => new Date(T0 + seconds * 1000).toISOString();

let stack: LocalStack;
let browser: Browser;
const pages: Page[] = [];
/** what a page said that it should not have, and where it asked */
const complaints: string[] = [];
const asked = new Set<string>();

async function put(...events: readonly unknown[]): Promise<void> {
  const client = new KinesisClient({ ...LOCAL_AWS, endpoint: stack.urls.kinesis, requestHandler: new NodeHttpHandler() });
  const records = events.map((event) => ({
    Data: Buffer.from(typeof event === 'string' ? event : JSON.stringify(event)),
    PartitionKey: '1',
  }));
  await putAll(client, 'clicks', records);
  client.destroy();
}

/** Four minutes that are over and one that is not, a late event and two dead letters. */
function story(): unknown[] {
  const events: unknown[] = [];
  for (let minute = 0; minute < 5; minute++) {
    for (const [page, times] of [
      ['/a', 4 + minute],
      ['/b', 3],
      [EVIL, 2],
      ['/d', 1],
    ] as const) {
      for (let i = 0; i < times; i++) events.push({ page, ms: 10 * (i + 1), at: at(60 * minute + 10 + i) });
    }
  }
  return [...events, { page: '/a', ms: 7, at: at(5) }, 'page=/a', { page: EVIL, ms: 'slow', at: at(300) }];
}

async function open(options: Parameters<Browser['newPage']>[0] = {}, hash = '', url = stack.urls.api): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  pages.push(page);
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('Failed to load resource')) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => asked.add(new URL(request.url()).origin));
  await page.goto(`${url}/${hash}`);
  return page;
}

const legend = (page: Page): Promise<string[]> => page.locator('.legend .name').allTextContents();

/** How many pixels of the chart have the color of a line, near enough. */
function pixelsOf(page: Page, name: string): Promise<number> {
  return page.evaluate((property) => {
    const canvas = document.querySelector('canvas') as HTMLCanvasElement;
    const probe = document.createElement('canvas').getContext('2d') as CanvasRenderingContext2D;
    probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(property).trim();
    probe.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0] = probe.getImageData(0, 0, 1, 1).data;
    const { data } = (canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(0, 0, canvas.width, canvas.height);
    let found = 0;
    for (let i = 0; i < data.length; i += 4) {
      const near = Math.abs((data[i] ?? 0) - r) + Math.abs((data[i + 1] ?? 0) - g) + Math.abs((data[i + 2] ?? 0) - b) < 12;
      if (near && (data[i + 3] ?? 0) > 200) found++;
    }
    return found;
  }, name);
}

describe.skipIf(noBrowser() !== undefined)('the dashboard in a browser', () => {
  beforeAll(async () => {
    browser = await launch();
    stack = await startLocalStack({ application: shop, page: dashboardPage(), shards: 1, batchWindow: 50 });
    await put(...story());
  });
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.close();
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await stack.stop();
  });

  it('shows the top keys over the windows, and the newest window as REST has it', async () => {
    const page = await open();
    await page.waitForSelector('.legend li');
    expect(await legend(page)).toEqual(['/a', '/b', EVIL, '/d']);
    for (const line of ['--line-1', '--line-2', '--line-3', '--line-4']) expect(await pixelsOf(page, line)).toBeGreaterThan(50);
    const { rows } = (await (await fetch(`${stack.urls.api}/v1/views/page_views/rows?window=latest&order_by=-views`)).json()) as {
      rows: { page: string; views: number; avg_ms: number }[];
    };
    const table = page.locator('section', { hasText: 'Newest window' }).locator('tbody tr');
    expect(await table.locator('th').allTextContents()).toEqual(rows.map((row) => row.page));
    expect(await table.locator('td:nth-child(2)').allTextContents()).toEqual(rows.map(({ views }) => String(views)));
    expect(await table.locator('td:nth-child(3)').allTextContents()).toEqual(rows.map(({ avg_ms }) => String(avg_ms)));
    expect(await page.title()).toBe('shop · page_views · Millrace');
    expect([...asked]).toEqual([new URL(stack.urls.api).origin]);
  });

  it('tells open windows from final ones', async () => {
    const page = await open();
    await page.waitForSelector('.legend li');
    const badge = page.locator('.when .badge').first();
    expect(await badge.textContent()).toBe('open');
    expect(await pixelsOf(page, '--hatch')).toBeGreaterThan(100);
    await page.locator('.chart').focus();
    await page.keyboard.press('Home');
    expect(await badge.textContent()).toBe('final');
    expect(await page.locator('.legend .number').allTextContents()).toEqual(['4', '3', '2', '1']);
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('.legend .number').first().textContent()).toBe('5');
    expect(await page.locator('.chart').getAttribute('aria-label')).toContain('views over 5 windows');
  });

  it('changes view, column and number of keys, and keeps them in the address', async () => {
    const page = await open();
    await page.waitForSelector('.legend li');
    await page.selectOption('#keys', '1');
    await page.selectOption('#column', 'avg_ms');
    await page.waitForFunction(() => document.querySelectorAll('.legend li').length === 1);
    expect(await page.locator('h2').first().textContent()).toBe('avg_ms by page');
    const shared = page.url();
    const other = await open({}, new URL(shared).hash);
    await other.waitForSelector('.legend li');
    expect(await other.locator('h2').first().textContent()).toBe('avg_ms by page');
    expect(await other.locator('.legend li').count()).toBe(1);
    await other.selectOption('#view', 'total');
    await other.waitForFunction(() => document.querySelector('h2')?.textContent === 'views over time');
    expect(await legend(other)).toEqual(['all']);
    expect(await other.locator('#keys').isVisible()).toBe(false);
  });

  it('has a look inside late events and dead letters, without running what is in them', async () => {
    const page = await open();
    await page.waitForSelector('details');
    await page.locator('details', { hasText: 'too late for page_views' }).locator('summary').click();
    expect(await page.locator('details[open] pre').textContent()).toContain('"ms": 7');
    await page.locator('summary', { hasText: 'not JSON' }).click();
    expect(await page.locator('details[open] pre').allTextContents()).toContain('page=/a');
    await page.locator('summary', { hasText: 'column "ms"' }).click();
    expect((await page.locator('details[open] pre').allTextContents()).join()).toContain('onerror');
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.title()).not.toContain('owned');
  });

  it('refreshes by itself, and not while it is paused', async () => {
    const page = await open();
    await page.waitForSelector('.legend li');
    const first = page.locator('section', { hasText: 'Newest window' }).locator('tbody td').first();
    const before = Number(await first.textContent());
    await page.getByRole('button', { name: 'Pause' }).click();
    await put({ page: '/a', ms: 1, at: at(250) });
    await page.waitForTimeout(3000);
    expect(Number(await first.textContent())).toBe(before);
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.waitForFunction((n) => document.querySelectorAll('tbody td')[0]?.textContent === String(n), before + 1);
  });

  it('can be used by keyboard alone', async () => {
    const page = await open();
    await page.waitForSelector('.legend li');
    const reached: string[] = [];
    for (let i = 0; i < 14; i++) {
      await page.keyboard.press('Tab');
      reached.push(
        await page.evaluate(() => document.activeElement?.id || document.activeElement?.className || document.activeElement?.tagName || ''),
      );
      const outlined = await page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle);
      if (reached.at(-1) !== 'BODY') expect(outlined).not.toBe('none');
    }
    expect(reached).toEqual(expect.arrayContaining(['view', 'column', 'windows', 'keys', 'BUTTON', 'chart', 'SUMMARY']));
  });

  it.each([360, 800, 1400])('needs no sideways scrolling at %s pixels', async (width) => {
    const page = await open({ viewport: { width, height: 800 } });
    await page.waitForSelector('.legend li');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });

  it('is light or dark as the system is, or as one says', async () => {
    const page = await open({ colorScheme: 'dark' });
    await page.waitForSelector('.legend li');
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await ground();
    await page.getByRole('button', { name: 'Show the page light' }).click();
    const light = await ground();
    expect(light).not.toBe(dark);
    await page.reload();
    await page.waitForSelector('.legend li');
    expect(await ground()).toBe(light);
    expect(await pixelsOf(page, '--line-1')).toBeGreaterThan(50);
  });

  it('asks for the key of a deployed API, once in a tab', async () => {
    const page = await browser.newPage();
    pages.push(page);
    let refused = 0;
    await page.route('**/v1/**', (route) => {
      if (route.request().headers()['x-api-key'] === 'right') return route.continue();
      refused++;
      return route.fulfill({ status: 403, contentType: 'application/json', body: '{"message":"Forbidden"}' });
    });
    await page.goto(`${stack.urls.api}/`);
    await page.getByLabel('Key', { exact: true }).fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('The API refused this key.').waitFor();
    await page.getByLabel('Key', { exact: true }).fill('right');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.legend li');
    const before = refused;
    await page.reload();
    await page.waitForSelector('.legend li');
    expect(refused).toBe(before);
  });

  it('says what is wrong while the API does not answer, and goes on when it does', async () => {
    const page = await open();
    await page.waitForSelector('.legend li');
    await page.route('**/v1/**', (route) => route.abort());
    await page.getByText('The API does not answer.').waitFor();
    expect(await page.locator('.legend li').count()).toBeGreaterThan(0);
    await page.unroute('**/v1/**');
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.waitForFunction(() => document.querySelector('[role=alert]')?.hasAttribute('hidden'));
    await page.route('**/v1/**', (route) =>
      route.fulfill({ status: 429, contentType: 'application/json', body: '{"message":"Too Many Requests"}' }),
    );
    await page.getByText('(429)').waitFor();
  });

  it('says what to do while nothing has come', async () => {
    const empty = await startLocalStack({ application: shop, page: dashboardPage(), shards: 1 });
    try {
      const page = await open({}, '', empty.urls.api);
      await page.getByText('Nothing has come yet').waitFor();
      expect(await page.locator('pre').first().textContent()).toContain('aws kinesis put-record --stream-name clicks');
      expect(await page.getByText('No event came too late.').isVisible()).toBe(true);
    } finally {
      await empty.stop();
    }
  });
});
