import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { dashboardPage } from '../../lib/dashboard/page.ts';
import { application, hopping, sql, stream, tumbling, view } from '../../lib/index.ts';
import { type LocalStack, startLocalStack } from '../../lib/local/stack.ts';
import { localKinesis, putAll } from '../support/put-all.ts';
import { launch } from './browser.ts';

const clicks = stream('clicks', {
  columns: { page: 'text', ms: 'double precision', at: 'timestamptz' },
  eventTime: 'at',
  maxOutOfOrderness: '2 seconds',
  // Silence moves nothing while a test looks.
  idleTimeout: '1 hour',
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
    view(
      'newest',
      byPage.window(tumbling('1 minute')).aggregate((a) => ({ latest: a.last('at'), page_again: a.last('page') })),
    ),
  ],
  sql: sql(
    `CREATE MATERIALIZED VIEW slow_clicks AS SELECT page, ms, at FROM clicks WHERE ms >= 50;
     CREATE MATERIALIZED VIEW ever AS SELECT page, count(*) AS n FROM clicks GROUP BY page;`,
    { streams: [clicks] },
  ),
});

/** A key that would run if it were taken for HTML. */
export const EVIL = '<img src=x onerror="document.title=\'owned\'">';

/** Five minutes ago, on the minute. */
const T0 = Date.now() - (Date.now() % 60_000) - 5 * 60_000;

/** The time so many seconds after the first click's minute began. */
export const at = (seconds: number): string => new Date(T0 + seconds * 1000).toISOString();

/** Four minutes that are over and one that is not, a late event and two dead letters. */
export function story(): unknown[] {
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

/** A shop on the local stack, and a browser that looks at its dashboard. */
export class Stage {
  readonly #browser: Browser;
  readonly #stack: LocalStack;
  readonly #pages: Page[] = [];
  /** what pages said that they should not have */
  readonly #complaints: string[] = [];
  /** where pages asked */
  readonly asked = new Set<string>();

  private constructor(browser: Browser, stack: LocalStack) {
    this.#browser = browser;
    this.#stack = stack;
  }

  static async open(): Promise<Stage> {
    const browser = await launch();
    return new Stage(browser, await startLocalStack({ application: shop, page: dashboardPage(), shards: 1, batchWindow: 50 }));
  }

  /** Where the API is. */
  get url(): string {
    return this.#stack.urls.api;
  }

  /** Puts events; texts as they are. */
  async put(...events: readonly unknown[]): Promise<void> {
    const client = localKinesis(this.#stack.urls.kinesis);
    const records = events.map((event) => ({
      Data: Buffer.from(typeof event === 'string' ? event : JSON.stringify(event)),
      PartitionKey: '1',
    }));
    await putAll(client, 'clicks', records);
    client.destroy();
  }

  /** A page that is not yet anywhere. */
  async blank(options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
    const page = await this.#browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
    this.#pages.push(page);
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('Failed to load resource')) this.#complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.#complaints.push(error.message));
    page.on('request', (request) => this.asked.add(new URL(request.url()).origin));
    return page;
  }

  /** The dashboard, once it shows rows. */
  async dashboard(options: Parameters<Browser['newPage']>[0] = {}, hash = ''): Promise<Page> {
    const page = await this.blank(options);
    await page.goto(`${this.url}/${hash}`);
    await page.waitForSelector('tbody tr');
    return page;
  }

  /** Closes the pages; there must have been nothing to complain about. */
  async clear(): Promise<void> {
    for (const page of this.#pages.splice(0)) await page.close();
    expect(this.#complaints.splice(0)).toEqual([]);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#stack.stop();
  }
}

/** The heading of the chart, once it is that. */
export const waitForChart = (page: Page, title: string): Promise<unknown> =>
  page.getByRole('heading', { name: title, exact: true }).waitFor();

/** The labels of the chart's lines. */
export const legend = (page: Page): Promise<string[]> => page.locator('.legend .name').allTextContents();

/** The rows of the newest window. */
export const rowsOf = (page: Page) => page.getByRole('region', { name: 'Rows' }).locator('tbody tr');

/** How many pixels of the chart have the color of a line, near enough. */
export function pixelsOf(page: Page, name: string): Promise<number> {
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
