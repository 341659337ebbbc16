import { type Context, Hono } from 'hono';
import { formatPlainJson } from '../core/json.ts';
import { nearest } from '../plan/nearest.ts';
import type { BindQuestion } from '../plan/question.ts';
import { isDerived, type ShownView, shownViews } from '../plan/shown-view.ts';
import { basesOf } from '../query/scans.ts';
import { readHealth } from '../runtime/read/health.ts';
import { readDeadLetters, readLate } from '../runtime/read/kept-events.ts';
import type { Reader } from '../runtime/read/reader.ts';
import type { UnitMeter } from '../runtime/units.ts';
import { type Answer, answerKept, answerRows, answerWindows, type PageRequest } from './answers.ts';
import { answerDerivedRows, answerDerivedWindows } from './derived-answers.ts';
import { derivedRowsParameters } from './derived-query.ts';
import { healthBody, viewBody } from './describe.ts';
import { fits, json } from './json-response.ts';
import { openApi } from './openapi.ts';
import { Parameters } from './parameters.ts';
import { Problem, problemOf } from './problem.ts';
import { rowsParameters } from './rows-query.ts';
import { addSql, SQL_PATH, type SqlOptions } from './sql.ts';
import { DEFAULT_LIMIT, parseLimit } from './values.ts';

/** The options of {@link createApi}. */
export interface ApiOptions {
  readonly reader: Reader;
  /** the dashboard's HTML, served at `/`; without it, `/` is not found */
  readonly page?: string;
  /** binds the SQL of `/v1/sql`; `'elsewhere'`: another function serves it; absent: it is not served */
  readonly sql?: BindQuestion | 'elsewhere';
  /** called with the store's counters of each query */
  readonly onUnits?: (units: UnitMeter) => void;
  /** called for every error with status 500 or 503, since the answer contains no details */
  readonly onError?: (error: unknown, request: Request) => void;
}

/**
 * The REST API of an application, the same on Lambda and on a laptop. Every answer is JSON, every error is an RFC 9457
 * problem; the header `x-millrace-read-units` is the cost of a query.
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
  const description = openApi(plan, { sql: options.sql !== undefined });

  const get = (path: string, parameters: (c: Context) => readonly string[], answer: (c: Context, p: Parameters) => Promise<Response>) => {
    app.get(path, async (c) => answer(c, new Parameters(new URL(c.req.url).searchParams, parameters(c))));
    app.all(path, ({ req }) => {
      throw new Problem('method-not-allowed', `${req.method} is not allowed here: use GET`, {}, { allow: 'GET, HEAD' });
    });
  };
  const plain = (path: string, answer: (c: Context) => unknown) =>
    get(
      path,
      () => [],
      async (c) => json(await answer(c)),
    );
  const views = shownViews(plan);
  const viewOf = (c: Context): ShownView => named('view', c.req.param('view'), views);

  const { page } = options;
  if (page !== undefined) {
    get(
      '/',
      () => [],
      async () => new Response(page, { headers: PAGE_HEADERS }),
    );
  }
  if (options.sql && options.sql !== 'elsewhere') addSql(app, { ...options, bind: options.sql });
  plain('/openapi.json', () => description);
  plain('/v1/views', () => ({ application: plan.name, views: views.map(viewBody) }));
  plain('/v1/views/:view', (c) => viewBody(viewOf(c)));
  plain('/v1/health', async () => healthBody(plan, await readHealth(reader), clock.now()));

  const paged = (
    path: string,
    names: (c: Context) => readonly string[],
    answer: (c: Context) => (request: PageRequest) => Promise<Answer>,
  ) =>
    get(path, names, async (c, parameters) => {
      const read = answer(c);
      let limit = parameters.read('limit', parseLimit) ?? DEFAULT_LIMIT;
      for (let reads = 0; ; limit = Math.ceil(limit / 4)) {
        const { body, units } = await read({ path: c.req.path, parameters, limit });
        options.onUnits?.(units);
        reads += units.reads;
        const text = formatPlainJson(body);
        // Rows that do not fit are left for the next page.
        if (!fits(text) && limit > 1) continue;
        if (!fits(text))
          throw new Problem(
            'query-too-large',
            'a single row exceeds the maximum size of an answer (6 MB): select some of its columns with SQL',
          );
        return json(text, { 'x-millrace-read-units': String(reads) });
      }
    });
  const kept = ['limit', 'cursor'];

  paged(
    '/v1/views/:view/rows',
    (c) => {
      const view = viewOf(c);
      return isDerived(view) ? derivedRowsParameters(view) : rowsParameters(view);
    },
    (c) => {
      const view = viewOf(c);
      return (request) => (isDerived(view) ? answerDerivedRows(reader, view, request) : answerRows(reader, view, request));
    },
  );
  paged(
    '/v1/views/:view/windows',
    () => ['from', 'to', 'order', 'limit', 'cursor', 'as_of'],
    (c) => {
      const view = viewOf(c);
      return (request) => (isDerived(view) ? answerDerivedWindows(reader, view, request) : answerWindows(reader, view, request));
    },
  );
  paged(
    '/v1/views/:view/late',
    () => kept,
    (c) => {
      const view = viewOf(c);
      const names = isDerived(view) ? basesOf(view.relation) : [view.name];
      return (request) => answerKept(reader, request, (query) => readLate(reader, names, query));
    },
  );
  paged(
    '/v1/streams/:stream/dead-letters',
    () => kept,
    (c) => {
      const { name, partitionKey } = named('stream', c.req.param('stream'), plan.streams);
      return (request) => answerKept(reader, request, (query) => readDeadLetters(reader, name, query), partitionKey);
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
      ...(options.sql === undefined ? [] : [SQL_PATH]),
    ];
    return nothingAt(c, available);
  });

  answerErrors(app, options.onError);
  return app;
}

/**
 * `POST /v1/sql` alone, for a separate function: it needs the parser, and other functions are smaller without it.
 *
 * @param options those of {@link createApi}, and the function that binds SQL
 */
export function createSqlApi(options: SqlOptions & Pick<ApiOptions, 'onError'>): Hono {
  const app = new Hono();
  addSql(app, options);
  app.notFound((c) => nothingAt(c, [SQL_PATH]));
  answerErrors(app, options.onError);
  return app;
}

function answerErrors(app: Hono, onError: ApiOptions['onError']): void {
  app.onError((error, c) => {
    const problem = problemOf(error);
    if (problem.body.status >= 500) onError?.(error, c.req.raw);
    return problem.response();
  });
}

function nothingAt(c: Context, available: readonly string[]): Response {
  const detail = `there is nothing at ${c.req.path.slice(0, 200)}; the paths are ${available.join(', ')}`;
  return new Problem('not-found', detail, { available }).response();
}

const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-cache',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy':
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

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
