import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type shop from '../../examples/clickstream/app.ts';
import { createClient, type MillraceClient } from '../../lib/client/client.ts';
import { clicksOf, minutesAgo } from './support/clicks.ts';
import { type Deployment, deploy } from './support/deployment.ts';
import { countedEvents, finalWindows } from './support/followed.ts';
import { millraceCommand } from './support/millrace-command.ts';
import { millraceRun } from './support/millrace-run.ts';
import { PATIENCE } from './support/patience.ts';
import { putEvents } from './support/put-events.ts';
import { deployedTemplate, synthesizedForAws } from './support/template.ts';

const STACK = 'millrace-shop';
const OPTIONS = ['-c', 'app=examples/clickstream/app.ts', '-c', 'shards=3'];
const endpoint = inject('endpoint');

/** Ten minutes of clicks. Their last minutes are open still: the ninth waits for late events until the eleventh has come. */
const start = minutesAgo(11);
const clicks = clicksOf(start, 10);
const instant = (minute: number) => new Date(start + minute * 60_000).toISOString();

interface Row {
  readonly page: string;
  readonly window_start: string;
  readonly final: boolean;
  readonly views: number;
}

let deployment: Deployment;
let client: MillraceClient<typeof shop>;
let shards: readonly string[];
/** What `millrace run` says the view `page_views` is. */
let expected: readonly Row[];
beforeAll(async () => {
  deployment = await deploy(endpoint, STACK, ...OPTIONS);
  client = createClient<typeof shop>({ url: deployment.url, apiKey: deployment.apiKey });
  shards = await putEvents(endpoint, deployment.output('ClicksStream'), clicks, 'user_id');
  expected = (await millraceRun('examples/clickstream/app.ts', 'clicks', 'page_views', clicks)) as Row[];
  await vi.waitFor(async () => expect(await countedEvents(client)).toBe(clicks.length), PATIENCE);
  await vi.waitFor(async () => expect(await finalWindows(client, 'page_views')).toBe(8), PATIENCE);
});

const get = (path: string, headers: Record<string, string> = { 'x-api-key': deployment.apiKey }) =>
  fetch(`${deployment.url}${path}`, { headers });
const withoutFinal = ({ final, ...row }: Row) => row;
const byKey = (a: Row, b: Row) => a.window_start.localeCompare(b.window_start) || a.page.localeCompare(b.page);

it('is deployed by the template that AWS gets', async () => {
  expect(await deployedTemplate(endpoint, STACK)).toEqual(await synthesizedForAws(STACK, ...OPTIONS));
});

describe('what the REST API of the deployed click stream says', () => {
  it('is what millrace run says of the same events, in one shard or in several', async () => {
    expect(new Set(shards).size).toBe(3);
    for (const view of ['page_views', 'page_trend'] as const) {
      const run = (await millraceRun('examples/clickstream/app.ts', 'clicks', view, clicks)) as Row[];
      const pages = [...new Set(run.map(({ page }) => page))];
      const rows = (await Promise.all(pages.map((page) => client.rows(view, { key: { page } }).toArray()))).flat() as Row[];
      expect(rows.map(withoutFinal).sort(byKey as never)).toEqual([...run].sort(byKey));
    }
  });

  it('is final up to the minute that no event can change', async () => {
    const windows = await client.windows('page_views').toArray();
    expect(windows).toEqual(
      Array.from({ length: 10 }, (_, minute) => ({ start: instant(minute), end: instant(minute + 1), final: minute < 8, keys: 3 })),
    );
    const rows = await client.rows('page_views', { key: { page: '/' } }).toArray();
    expect(rows.map(({ final }) => final)).toEqual(windows.map(({ final }) => final));
  });

  it.each([
    ['latest', 9],
    ['latest_final', 7],
  ] as const)('is the Top-N of the %s window', async (window, minute) => {
    const top = (await client.window('page_views', window, { orderBy: ['-views'], limit: 2 }).toArray()) as Row[];
    const inWindow = expected.filter(({ window_start }) => window_start === instant(minute));
    expect(top.map(withoutFinal)).toEqual([...inWindow].sort((a, b) => b.views - a.views || a.page.localeCompare(b.page)).slice(0, 2));
  });

  it('comes page by page', async () => {
    const pages: (readonly unknown[])[] = [];
    const paged = client.rows('page_views', { key: { page: '/' }, pageSize: 4 });
    for (let page = await paged.page(); ; page = await paged.page(page.next)) {
      pages.push(page.rows);
      if (page.next === undefined) break;
    }
    expect(pages.map(({ length }) => length).filter((length) => length > 0)).toEqual([4, 4, 2]);
    expect(pages.flat()).toEqual(await client.rows('page_views', { key: { page: '/' } }).toArray());
  });

  it('is rolled up by the hour', async () => {
    const rows = await client.rows('page_views', { key: { page: '/' }, every: '1 hour' }).toArray();
    const clicked = clicks.filter(({ page }) => page === '/');
    expect(rows.reduce((sum, { views }) => sum + views, 0)).toBe(clicked.length);
    const hours = new Set(clicked.map(({ at }) => `${at.slice(0, 13)}:00:00.000Z`));
    expect(rows.map(({ window_start }) => window_start)).toEqual([...hours].sort());
  });

  it('is how each shard is doing', async () => {
    const { application, streams } = await client.health();
    expect(application).toBe('shop');
    const counts = new Map<string, number>();
    for (const shard of shards) counts.set(shard, (counts.get(shard) ?? 0) + 1);
    const seen = streams.flatMap(({ shards }) => shards.map(({ shard, events, late, dead }) => ({ shard, events, late, dead })));
    expect(seen).toEqual([...counts].sort().map(([shard, events]) => ({ shard, events, late: 0, dead: 0 })));
    expect(streams[0]?.views).toContainEqual({ view: 'page_views', mergedThrough: expect.any(String) });
  });

  it('is valid OpenAPI, which describes its views', async () => {
    const document = (await (await get('openapi.json')).json()) as Record<string, unknown>;
    expect((await new Validator().validate(document)).errors).toBeUndefined();
    expect(Object.keys(document.paths as object)).toContain('/v1/views/page_trend/rows');
  });

  it('is the dashboard’s page, for whoever asks', async () => {
    const page = await get('', {});
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await page.text()).toContain('<title>Millrace');
  });

  it('is nothing without the API key', async () => {
    for (const path of ['v1/views', 'v1/health', 'openapi.json']) {
      expect((await get(path, {})).status).toBe(403);
      expect((await get(path, { 'x-api-key': 'no-such-key' })).status).toBe(403);
    }
  });

  it('is a problem if a parameter is wrong', async () => {
    const answer = await get('v1/views/page_views/rows?window=yesterday');
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('window: "yesterday" is not a window') });
  });
});

describe('what comes too late or is no event', () => {
  const late = { page: '/', user_id: 'user-1', ms: 5, at: instant(2) };
  beforeAll(async () => {
    await putEvents(endpoint, deployment.output('ClicksStream'), [late, { ...late, page: 7 }, clicks.at(-1) as object], 'user_id' as never);
    await vi.waitFor(async () => expect(await countedEvents(client)).toBe(clicks.length + 3), PATIENCE);
  });

  it('is told and changes no row', async () => {
    expect(await client.late('page_views').toArray()).toMatchObject([
      { event: late, eventTime: late.at, views: ['page_views', 'page_trend'] },
    ]);
    expect(await client.deadLetters('clicks').toArray()).toMatchObject([
      { event: { ...late, page: 7 }, reason: expect.stringContaining('page') },
    ]);
    const rows = (await client.window('page_views', instant(2)).toArray()) as Row[];
    expect(rows.map(withoutFinal).sort(byKey as never)).toEqual(
      expected.filter(({ window_start }) => window_start === instant(2)).sort(byKey),
    );
  });
});

describe('the commands that are given the stack’s name', () => {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-commands-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  // The URL besides: the host name in the stack's outputs resolves on no machine without a public name server.
  const millrace = (...args: string[]) => millraceCommand(endpoint, ...args, '--stack', STACK, '--url', deployment.url);

  it('find its key, and tell how it is doing and what its rows are', async () => {
    const [status] = await millrace('status', '--max-delay', '1 hour');
    expect(status).toMatchObject({
      application: 'shop',
      healthy: true,
      streams: [{ stream: 'clicks', events: clicks.length + 3, late: 1, dead: 1 }],
    });
    const rows = await millrace('query', 'page_views', '--key', 'page=/', '--from', instant(0));
    expect(rows).toEqual(await client.rows('page_views', { key: { page: '/' } }).toArray());
  });

  it('put dead letters back into its stream', async () => {
    expect(await millrace('dead-letters')).toMatchObject([{ event: { page: 7 }, partition_key: 'user-1' }]);
    const replay = ['dead-letters', 'clicks', '--replay', '--yes', '--ledger', join(directory, 'ledger.ndjson')];
    expect(await millrace(...replay)).toMatchObject([{ to_put: 1, without_partition_key: 0, put: 1, refused: 0, unknown: 0 }]);
    await vi.waitFor(async () => expect(await countedEvents(client)).toBe(clicks.length + 4), PATIENCE);
    // Nothing was mended: it is dead again. The first one is not put twice.
    expect(await client.deadLetters('clicks').toArray()).toHaveLength(2);
    expect(await millrace(...replay)).toMatchObject([{ to_put: 1, put_before: 1, put: 1 }]);
  });
});
