import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { noBrowser } from './browser.ts';
import { at, EVIL, legend, pixelsOf, rowsOf, Stage, story, waitForChart } from './stage.ts';

let stage: Stage;

describe.skipIf(noBrowser() !== undefined)('what the dashboard shows', () => {
  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage.close());

  it('is what to do, while nothing has come', async () => {
    const page = await stage.blank();
    await page.goto(`${stage.url}/`);
    await page.getByText('No events yet').waitFor();
    expect(await page.locator('pre').first().textContent()).toContain('aws kinesis put-record --stream-name clicks');
    expect(await page.getByText('No late events.').isVisible()).toBe(true);
    // What it shows goes away by itself when the first events come.
    await stage.put(...story());
    await rowsOf(page).first().waitFor();
    expect(await page.getByText('No events yet').isVisible()).toBe(false);
  });

  it('is the top keys over the windows, and the newest window as REST has it', async () => {
    const page = await stage.dashboard();
    await waitForChart(page, 'views by page');
    expect(await legend(page)).toEqual(['/a', '/b', EVIL, '/d']);
    for (const line of ['--line-1', '--line-2', '--line-3', '--line-4']) expect(await pixelsOf(page, line)).toBeGreaterThan(50);
    const { rows } = (await (await fetch(`${stage.url}/v1/views/page_views/rows?window=latest&order_by=-views`)).json()) as {
      rows: { page: string; views: number; avg_ms: number }[];
    };
    const table = rowsOf(page);
    expect(await table.locator('th').allTextContents()).toEqual(rows.map((row) => row.page));
    expect(await table.locator('td:nth-child(2)').allTextContents()).toEqual(rows.map(({ views }) => String(views)));
    expect(await table.locator('td:nth-child(3)').allTextContents()).toEqual(rows.map(({ avg_ms }) => String(avg_ms)));
    expect(await page.title()).toBe('shop · page_views · Millrace');
    expect([...stage.asked]).toEqual([new URL(stage.url).origin]);
  });

  it('sums up the stream and tells each shard', async () => {
    const watermark = async (): Promise<string | undefined> => {
      const { streams } = (await (await fetch(`${stage.url}/v1/health`)).json()) as { streams: { watermark: string }[] };
      return streams[0]?.watermark.slice(11, 19);
    };
    const page = await stage.dashboard();
    // 4 + 5 + 6 + 7 + 8 clicks of /a, five times 3, 2 and 1 of the others, a late one, and two that are no events: 63.
    const stats = await page.locator('.stats dd').allTextContents();
    expect([stats[0], stats[4], stats[5]]).toEqual(['63', '1', '2']);
    const { rows } = (await (await fetch(`${stage.url}/v1/views/page_views/windows?order=desc`)).json()) as {
      rows: { window_end: string; final: boolean }[];
    };
    expect(stats[3]).toBe(rows.find(({ final }) => final)?.window_end.slice(11, 19));
    const shard = page.getByRole('region', { name: 'Shards' }).locator('tbody tr');
    const [name, at, , ...counts] = await shard.locator('th, td').allTextContents();
    expect([name, ...counts]).toEqual(['#0', '63', '1', '2']);
    expect(at).toBe(await watermark());
  });

  it('tells open windows from final ones', async () => {
    const page = await stage.dashboard();
    await waitForChart(page, 'views by page');
    const badge = page.locator('.when .badge').first();
    expect(await badge.textContent()).toBe('open');
    expect(await pixelsOf(page, '--hatch')).toBeGreaterThan(100);
    await page.locator('.chart').focus();
    await page.keyboard.press('Home');
    expect(await badge.textContent()).toBe('final');
    expect(await page.locator('.legend .number').allTextContents()).toEqual(['4', '3', '2', '1']);
    expect(await page.locator('[aria-live]').textContent()).toMatch(/UTC, final: \/a 4, \/b 3, /);
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('.legend .number').first().textContent()).toBe('5');
    expect(await page.locator('.chart').getAttribute('aria-label')).toContain('views over 5 windows');
    // A refresh leaves the cursor where it is, Escape does not.
    await page.waitForResponse((response) => response.url().includes('/windows'));
    await page.waitForTimeout(500);
    expect(await page.locator('.legend .number').first().textContent()).toBe('5');
    await page.keyboard.press('Escape');
    expect(await badge.textContent()).toBe('open');
  });

  it('is another view, column and number of keys on demand, kept in the address', async () => {
    const page = await stage.dashboard();
    await page.selectOption('#keys', '1');
    await page.selectOption('#column', 'avg_ms');
    await waitForChart(page, 'avg_ms by page');
    const other = await stage.dashboard({}, new URL(page.url()).hash);
    await waitForChart(other, 'avg_ms by page');
    expect(await other.locator('.legend li').count()).toBe(1);
    await other.selectOption('#view', 'total');
    await waitForChart(other, 'views over time');
    expect(await legend(other)).toEqual(['all']);
    expect(await other.locator('#keys').isVisible()).toBe(false);
  });

  it('is ranked by a column one clicks on', async () => {
    const page = await stage.dashboard();
    await page.getByRole('button', { name: 'avg_ms' }).click();
    await waitForChart(page, 'avg_ms by page');
    expect(await page.locator('[aria-sort=descending]').textContent()).toBe('avg_ms');
    expect(new URL(page.url()).hash).toContain('column=avg_ms');
  });

  it('is a table alone where no column can be drawn', async () => {
    const page = await stage.dashboard({}, '#view=newest');
    expect(await page.getByRole('alert').isVisible()).toBe(false);
    expect(await page.locator('.chart').isVisible()).toBe(false);
    expect(await rowsOf(page).locator('th').allTextContents()).toEqual(expect.arrayContaining(['/a', '/b', EVIL, '/d']));
    expect(await page.locator('#column').isVisible()).toBe(false);
  });

  it('is the newest rows where no key tells rows apart', async () => {
    const page = await stage.dashboard({}, '#view=slow_clicks');
    await page.getByRole('heading', { name: 'Newest rows' }).waitFor();
    expect(await page.locator('.chart').isVisible()).toBe(false);
    const { rows } = (await (await fetch(`${stage.url}/v1/views/slow_clicks/rows?order=desc`)).json()) as { rows: { ms: number }[] };
    // The n-th click of a minute takes 10 n ms: /a has 5, 6, 7 and 8 clicks in minutes 1 to 4.
    expect(rows.map(({ ms }) => ms).sort()).toEqual([50, 50, 50, 50, 60, 60, 60, 70, 70, 80]);
    expect(await rowsOf(page).locator('td:nth-child(2)').allTextContents()).toEqual(rows.map(({ ms }) => String(ms)));
  });

  it('is a running result where there are no windows', async () => {
    const page = await stage.dashboard({}, '#view=ever');
    await page.getByRole('heading', { name: 'All of time' }).waitFor();
    expect(await page.locator('.chart').isVisible()).toBe(false);
    // 4 + 5 + 6 + 7 + 8 and the late one, which a window of all time takes.
    expect(await rowsOf(page).first().locator('th, td').allTextContents()).toEqual(['/a', '31']);
  });

  it('has a look inside late events and dead letters, without running what is in them', async () => {
    const page = await stage.dashboard();
    await page.locator('details', { hasText: 'late for' }).locator('summary').first().click();
    expect(await page.locator('details[open] pre').textContent()).toContain('"ms": 7');
    await page.locator('summary', { hasText: 'not JSON' }).click();
    expect(await page.locator('details[open] pre').allTextContents()).toContain('page=/a');
    await page.locator('summary', { hasText: 'column "ms"' }).click();
    expect((await page.locator('details[open] pre').allTextContents()).join()).toContain('onerror');
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.title()).not.toContain('owned');
  });

  it('is refreshed by itself, and not while it is paused', async () => {
    const page = await stage.dashboard();
    const first = rowsOf(page).locator('td').first();
    const before = Number(await first.textContent());
    await page.getByRole('button', { name: 'Pause' }).click();
    await stage.put({ page: '/a', ms: 1, at: at(250) });
    await page.waitForTimeout(3000);
    expect(Number(await first.textContent())).toBe(before);
    await page.getByRole('button', { name: 'Resume' }).click();
    await rowsOf(page)
      .filter({ hasText: '/a' })
      .locator('td', { hasText: new RegExp(`^${before + 1}$`) })
      .first()
      .waitFor();
  });

  it.each([360, 800, 1400])('needs no sideways scrolling at %s pixels', async (width) => {
    const page = await stage.dashboard({ viewport: { width, height: 800 } });
    await waitForChart(page, 'views by page');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });

  it('is light or dark as the system is, or as one says', async () => {
    const page = await stage.dashboard({ colorScheme: 'dark' });
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
});
