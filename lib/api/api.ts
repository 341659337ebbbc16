import { type Context, Hono } from 'hono';
import { MillraceError } from '../core/errors.ts';
import { formatInstant } from '../core/instant.ts';
import type { ViewPlan } from '../plan/plan.ts';
import { readHealth } from '../runtime/read/health.ts';
import { readDeadLetters, readLate } from '../runtime/read/kept-events.ts';
import { readKeyRows } from '../runtime/read/key-rows.ts';
import type { AsOf, KeptAfter, KeptPage, WindowQuery } from '../runtime/read/query.ts';
import type { Reader } from '../runtime/read/reader.ts';
import { readWindowRows } from '../runtime/read/window-rows.ts';
import { readWindows } from '../runtime/read/windows.ts';
import type { UnitMeter } from '../runtime/units.ts';
import { formatAsOf, parseAsOf } from './as-of.ts';
import { type Cursor, formatCursor, parseCursor } from './cursor.ts';
import { healthBody, instantOrNull, viewBody } from './describe.ts';
import { keptEventBody } from './kept-event.ts';
import { nearest } from './nearest.ts';
import { openApi } from './openapi.ts';
import { Parameters } from './parameters.ts';
import { Problem } from './problem.ts';
import { parseRowsQuery, rowsParameters } from './rows-query.ts';
import { parseBound } from './time.ts';
import { DEFAULT_LIMIT, parseLimit, parseOrder } from './values.ts';

/** What {@link createApi} needs. */
export interface ApiOptions {
  readonly reader: Reader;
  /** the dashboard's HTML, served at `/`; without it there is nothing there */
  readonly page?: string;
  /** told what each query asked of the store */
  readonly onUnits?: (units: UnitMeter) => void;
  /** told of every error that is answered by 500 or 503, since the answer does not say what it was */
  readonly onError?: (error: unknown, request: Request) => void;
}

/** Lambda refuses answers over 6 MB; base64 and headers take their part. */
const MAX_BODY = 4 * 1024 * 1024;

/** A page's answer, and what reading it took. */
interface Answer {
  readonly body: Readonly<Record<string, unknown>>;
  readonly units: UnitMeter;
}

/**
 * The REST interface of an application: the same on Lambda and on a laptop. Every answer is JSON, every refusal an RFC 9457
 * problem; `x-millrace-read-units` says what a query cost.
 *
 * @example
 * ```ts
 * const api = createApi({ reader: createReader(runtime) });
 * await (await api.request('/v1/views/page_views/rows?key.page=/a&from=-1+hour')).json(); // { rows, next, as_of, watermark }
 * ```
 */
export function createApi(options: ApiOptions): Hono {
  const { reader } = options;
  const { plan, clock } = reader.runtime;
  const app = new Hono();
  const description = openApi(plan);

  const get = (path: string, parameters: (c: Context) => readonly string[], answer: (c: Context, p: Parameters) => Promise<Response>) => {
    app.get(path, async (c) => answer(c, new Parameters(new URL(c.req.url).searchParams, parameters(c))));
    app.all(path, ({ req }) => {
      throw new Problem('method-not-allowed', `${req.method} is not allowed here: everything is read by GET`, {}, { allow: 'GET, HEAD' });
    });
  };
  const plain = (path: string, answer: (c: Context) => unknown) =>
    get(
      path,
      () => [],
      async (c) => json(await answer(c)),
    );
  const viewOf = (c: Context): ViewPlan => named('view', c.req.param('view'), plan.views);

  const { page } = options;
  if (page !== undefined) {
    get(
      '/',
      () => [],
      async () => new Response(page, { headers: PAGE_HEADERS }),
    );
  }
  plain('/openapi.json', () => description);
  plain('/v1/views', () => ({ application: plan.name, views: plan.views.map(viewBody) }));
  plain('/v1/views/:view', (c) => viewBody(viewOf(c)));
  plain('/v1/health', async () => healthBody(plan, await readHealth(reader), clock.now()));

  get(
    '/v1/views/:view/rows',
    (c) => rowsParameters(viewOf(c)),
    (c, parameters) => {
      const view = viewOf(c);
      return paged(parameters, (limit) => rows(view, c.req.path, parameters, limit));
    },
  );

  get(
    '/v1/views/:view/windows',
    () => ['from', 'to', 'order', 'limit', 'cursor', 'as_of'],
    (c, parameters) => {
      const view = viewOf(c);
      return paged(parameters, (limit) => windows(view, c.req.path, parameters, limit));
    },
  );

  get(
    '/v1/views/:view/late',
    () => ['limit', 'cursor'],
    (c, parameters) => {
      const { name } = viewOf(c);
      return paged(parameters, (limit) => kept(c.req.path, parameters, (after) => readLate(reader, name, { limit, after })));
    },
  );

  get(
    '/v1/streams/:stream/dead-letters',
    () => ['limit', 'cursor'],
    (c, parameters) => {
      const { name } = named('stream', c.req.param('stream'), plan.streams);
      return paged(parameters, (limit) => kept(c.req.path, parameters, (after) => readDeadLetters(reader, name, { limit, after })));
    },
  );

  app.notFound((c) => {
    const available = [
      ...(page === undefined ? [] : ['/']),
      '/openapi.json',
      '/v1/views',
      '/v1/views/{view}',
      ...['rows', 'windows', 'late'].map((what) => `/v1/views/{view}/${what}`),
      '/v1/streams/{stream}/dead-letters',
      '/v1/health',
    ];
    return new Problem('not-found', `there is nothing at ${c.req.path.slice(0, 200)}; there are ${available.join(', ')}`, {
      available,
    }).response();
  });

  app.onError((error, c) => {
    const problem = problemOf(error);
    if (problem.body.status >= 500) options.onError?.(error, c.req.raw);
    return problem.response();
  });

  return app;

  async function paged(parameters: Parameters, read: (limit: number) => Promise<Answer>): Promise<Response> {
    const asked = parameters.read('limit', parseLimit) ?? DEFAULT_LIMIT;
    for (let limit = asked; ; limit = Math.ceil(limit / 4)) {
      const { body, units } = await read(limit);
      options.onUnits?.(units);
      const text = stringify(body);
      // What does not fit is left for the next page.
      if (Buffer.byteLength(text) > MAX_BODY && limit > 1) continue;
      return json(text, { 'x-millrace-read-units': String(units.reads) });
    }
  }

  async function rows(view: ViewPlan, path: string, parameters: Parameters, limit: number): Promise<Answer> {
    const cursor = parseCursor<never>(path, parameters);
    const now = cursor?.now ?? clock.now();
    const query = parseRowsQuery(view, parameters, now);
    const asked = { limit, asOf: asOfOf(view, parameters, cursor) };
    const found =
      query.form === 'key'
        ? await readKeyRows(reader, { ...query, ...asked, after: cursor?.after as number | undefined })
        : await readWindowRows(reader, { ...query, ...asked, after: cursor?.after as WindowQuery['after'] });
    return { body: pageBody(view, path, parameters, now, found.rows, found), units: found.units };
  }

  async function windows(view: ViewPlan, path: string, parameters: Parameters, limit: number): Promise<Answer> {
    const cursor = parseCursor<number>(path, parameters);
    const now = cursor?.now ?? clock.now();
    const found = await readWindows(reader, {
      view: view.name,
      from: parameters.read('from', (name, text) => parseBound(name, text, now)),
      to: parameters.read('to', (name, text) => parseBound(name, text, now)),
      order: parameters.read('order', parseOrder) ?? 'asc',
      limit,
      after: cursor?.after,
      asOf: asOfOf(view, parameters, cursor),
    });
    const list = found.windows.map(({ start, end, final, keys }) => ({
      window_start: formatInstant(start),
      window_end: formatInstant(end),
      final,
      keys,
    }));
    return { body: pageBody(view, path, parameters, now, list, found), units: found.units };
  }

  async function kept(path: string, parameters: Parameters, read: (after: KeptAfter | undefined) => Promise<KeptPage>): Promise<Answer> {
    const { events, next, units } = await read(parseCursor<KeptAfter>(path, parameters)?.after);
    const cursor = next && formatCursor(path, parameters, { after: next, now: clock.now() });
    return { body: { rows: events.map(keptEventBody), next: cursor ?? null }, units };
  }
}

const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-cache',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy':
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

function pageBody(
  view: ViewPlan,
  path: string,
  parameters: Parameters,
  now: number,
  rows: readonly unknown[],
  found: { readonly next: unknown; readonly asOf: AsOf; readonly watermark: number },
): Record<string, unknown> {
  const asOf = formatAsOf(view.name, found.asOf);
  return {
    rows,
    next: found.next === undefined ? null : formatCursor(path, parameters, { after: found.next, now, asOf }),
    as_of: asOf,
    watermark: instantOrNull(found.watermark),
  };
}

/** What the caller has seen: what it says, or else what the page before this one had seen. */
function asOfOf(view: ViewPlan, parameters: Parameters, cursor: Cursor<unknown> | undefined): AsOf | undefined {
  const given = parameters.read('as_of', (name, text) => parseAsOf(name, text, view.name));
  return given ?? (cursor?.asOf === undefined ? undefined : parseAsOf('cursor', cursor.asOf, view.name));
}

function named<T extends { readonly name: string }>(what: 'view' | 'stream', name: string | undefined, all: readonly T[]): T {
  const found = all.find((one) => one.name === name);
  if (found) return found;
  const available = all.map((one) => one.name);
  const near = nearest(name ?? '', available);
  throw new Problem(
    'not-found',
    `there is no ${what} "${(name ?? '').slice(0, 200)}"; ${near === undefined ? `the ${what}s are ${available.join(', ')}` : `did you mean ${near}?`}`,
    { available },
  );
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof MillraceError && error.code === 'argument') return new Problem('invalid-parameter', error.message);
  if (error instanceof MillraceError && error.code === 'unavailable') {
    return new Problem('unavailable', 'the store did not answer in time', {}, { 'retry-after': '1' });
  }
  return new Problem('internal', 'the query failed for a reason that is not yours; it was logged');
}

function json(body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(typeof body === 'string' ? body : stringify(body), {
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...headers },
  });
}

/** A result that is missing is NULL: every row has all its columns. */
function stringify(body: unknown): string {
  return JSON.stringify(body, (_, value: unknown) => (value === undefined ? null : value));
}
