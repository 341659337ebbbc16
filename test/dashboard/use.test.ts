import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { noBrowser } from './browser.ts';
import { at, legend, rowsOf, Stage, story, waitForChart } from './stage.ts';

let stage: Stage;

const REFUSED = { status: 403, contentType: 'application/json', body: '{"message":"Forbidden"}' };

/** Lets the API refuse every key but `right`, as API Gateway does. */
async function behindKey(page: Page): Promise<{ refused: number }> {
  const counted = { refused: 0 };
  await page.route('**/v1/**', (route) => {
    if (route.request().headers()['x-api-key'] === 'right') return route.continue();
    counted.refused++;
    return route.fulfill(REFUSED);
  });
  return counted;
}

describe.skipIf(noBrowser() !== undefined)('using the dashboard', () => {
  beforeAll(async () => {
    stage = await Stage.open();
    await stage.put(...story());
  });
  afterEach(() => stage.clear());
  afterAll(() => stage.close());

  it('needs no more than a keyboard, and shows where one is', async () => {
    const page = await stage.dashboard();
    await waitForChart(page, 'views by page');
    await page.waitForSelector('details');
    const reached: string[] = [];
    for (let i = 0; i < 20; i++) {
      await page.keyboard.press('Tab');
      const { name, outline } = await page.evaluate(() => {
        const element = document.activeElement as HTMLElement;
        return { name: element.id || element.className || element.tagName, outline: getComputedStyle(element).outlineStyle };
      });
      if (name === 'BODY') break;
      expect(outline, name).not.toBe('none');
      reached.push(name);
      if (name === 'SUMMARY') break;
    }
    expect(reached.slice(0, 9)).toEqual(['view', 'column', 'windows', 'keys', 'every', 'BUTTON', 'BUTTON', 'chart', 'scroll']);
    expect(reached.at(-1)).toBe('SUMMARY');
    await page.keyboard.press('Enter');
    await page.locator('details[open] pre').waitFor();
  });

  it('leaves the keyboard where it is when the page is refreshed', async () => {
    const page = await stage.dashboard();
    const column = page.getByRole('button', { name: 'avg_ms' });
    await column.focus();
    await page.keyboard.press('Enter');
    await waitForChart(page, 'avg_ms by page');
    expect(await column.evaluate((button) => button === document.activeElement)).toBe(true);
    const oldest = page.locator('summary', { hasText: 'not JSON' }).last();
    await oldest.focus();
    await page.keyboard.press('Enter');
    const before = await page.locator('summary').count();
    await stage.put('another that is no event');
    await page.waitForFunction((n) => document.querySelectorAll('summary').length > n, before);
    expect(await oldest.evaluate((summary) => summary === document.activeElement)).toBe(true);
    expect(await page.locator('details[open] pre').allTextContents()).toEqual(['page=/a']);
  });

  it('takes the key of a deployed API, once in a tab', async () => {
    const page = await stage.blank();
    const counted = await behindKey(page);
    await page.goto(`${stage.url}/`);
    await page.getByLabel('Key', { exact: true }).fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('The API refused this key.').waitFor();
    await page.getByLabel('Key', { exact: true }).fill('right');
    await page.keyboard.press('Enter');
    await rowsOf(page).first().waitFor();
    const before = counted.refused;
    await page.reload();
    await rowsOf(page).first().waitFor();
    expect(counted.refused).toBe(before);
  });

  it('asks for the key no second time while one goes to fetch it', async () => {
    const page = await stage.blank();
    await behindKey(page);
    await page.goto(`${stage.url}/`);
    await page.getByLabel('Key', { exact: true }).fill('ri');
    // What a browser tells a page that one comes back to.
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await page.waitForTimeout(500);
    expect(await page.locator('dialog').count()).toBe(1);
    await page.getByLabel('Key', { exact: true }).pressSequentially('ght');
    await page.keyboard.press('Enter');
    await rowsOf(page).first().waitFor();
    expect(await page.locator('dialog').count()).toBe(0);
  });

  it.each(['/live', '/live/'])('works at %s, as API Gateway has it', async (path) => {
    const page = await stage.blank();
    const asked: string[] = [];
    await page.route('**/*', async (route) => {
      const url = new URL(route.request().url());
      asked.push(url.pathname);
      const response = await route.fetch({ url: `${stage.url}${url.pathname.replace(/^\/live\/?/, '/')}${url.search}` });
      await route.fulfill({ response });
    });
    await page.goto(`${stage.url}${path}`);
    await rowsOf(page).first().waitFor();
    expect(asked.filter((pathname) => !pathname.startsWith('/live'))).toEqual([]);
  });

  it('works where the browser keeps nothing', async () => {
    const page = await stage.blank();
    await page.addInitScript(() => {
      for (const name of ['localStorage', 'sessionStorage'])
        Object.defineProperty(window, name, {
          get: () => {
            throw new DOMException('blocked', 'SecurityError');
          },
        });
    });
    await behindKey(page);
    await page.goto(`${stage.url}/`);
    await page.getByLabel('Key', { exact: true }).fill('right');
    await page.keyboard.press('Enter');
    await rowsOf(page).first().waitFor();
    await page.getByRole('button', { name: 'Show the page dark' }).click();
    await page.getByRole('button', { name: 'Show the page light' }).waitFor();
  });

  it('says what is wrong while the API does not answer, and goes on when it does', async () => {
    const page = await stage.dashboard();
    await waitForChart(page, 'views by page');
    await page.route('**/v1/**', (route) => route.abort());
    await page.getByText('The API does not answer.').waitFor();
    expect(await legend(page)).toContain('/a');
    await page.unroute('**/v1/**');
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.waitForFunction(() => document.querySelector('[role=alert]')?.hasAttribute('hidden'));
    const answers = [
      [429, '{"message":"Too Many Requests"}', '(429)'],
      [503, '{"title":"Try again in a moment","detail":"the store did not answer in time"}', 'the store did not answer in time'],
      [200, '<html>', 'The answer is not from the API.'],
    ] as const;
    for (const [status, body, text] of answers) {
      await page.route('**/v1/**', (route) => route.fulfill({ status, contentType: 'application/json', body }));
      await page.reload();
      await page.getByText(text).waitFor();
      await page.unroute('**/v1/**');
    }
    await rowsOf(page).first().waitFor();
  });

  it('notices by itself that the API answers again', async () => {
    const page = await stage.dashboard();
    await page.route('**/v1/**', (route) => route.abort());
    await page.getByText('The API does not answer.').waitFor();
    await page.unroute('**/v1/**');
    await stage.put({ page: '/back', ms: 1, at: at(251) });
    await rowsOf(page).filter({ hasText: '/back' }).waitFor();
    expect(await page.getByRole('alert').isVisible()).toBe(false);
  });
});
