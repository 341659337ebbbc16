import type { Column } from '../core/column.ts';
import type { Plan } from '../plan/plan.ts';
import { isDerived, type ShownView, shownViews, sortableColumns } from '../plan/shown-view.ts';
import { columnSchema, pageSchema, ref, rowSchema, SCHEMAS, type Schema } from './openapi-schemas.ts';
import { SQL_SCHEMAS, sqlPath } from './openapi-sql.ts';
import { DEFAULT_LIMIT, MAX_LIMIT } from './values.ts';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly description: string;
  readonly schema: Schema;
}

/**
 * Describes an application's REST API: a path, a row schema and key parameters for each view.
 *
 * @param options.sql whether `POST /v1/sql` is served
 * @returns an OpenAPI 3.1 document as plain JSON
 * @see https://spec.openapis.org/oas/v3.1.1.html
 */
export function openApi(plan: Plan, { sql }: { readonly sql: boolean } = { sql: false }): Record<string, unknown> {
  const views = shownViews(plan);
  const viewNames = views.map(({ name }) => name);
  const viewPath = path('view', 'a view', viewNames);
  const streamPath = path(
    'stream',
    'a stream',
    plan.streams.map(({ name }) => name),
  );
  return {
    openapi: '3.1.0',
    info: {
      title: `${plan.name}: windowed aggregates`,
      version: '1',
      description: 'Rows include all committed batches. Times are ISO 8601; in answers they are UTC with milliseconds.',
    },
    // Relative to this document, which is under a stage's path when deployed.
    servers: [{ url: '.' }],
    // The API key is required where the application is deployed with one, not on a laptop.
    security: [{ api_key: [] }, {}],
    tags: [...viewNames.map((name) => ({ name })), { name: 'about' }],
    paths: {
      '/v1/views': { get: operation('list_views', 'The views with their keys and windows', 'about', [], ref('views')) },
      '/v1/views/{view}': {
        get: operation('describe_view', 'One view', 'about', [viewPath], { anyOf: [ref('view'), ref('derived_view')] }),
      },
      ...Object.fromEntries(views.flatMap(viewPaths)),
      '/v1/streams/{stream}/dead-letters': {
        get: operation(
          'list_dead_letters',
          'Events that could not be processed, newest commit first',
          'about',
          [streamPath, ...paging(false)],
          ref('dead_letters'),
        ),
      },
      ...(sql ? sqlPath(plan, responses('The rows', ref('sql_answer'))) : {}),
      '/v1/health': { get: operation('read_health', 'The progress of each shard and view', 'about', [], ref('health')) },
    },
    components: {
      securitySchemes: { api_key: { type: 'apiKey', in: 'header', name: 'x-api-key' } },
      schemas: { ...SCHEMAS, ...(sql ? SQL_SCHEMAS : {}), ...Object.fromEntries(views.map((view) => [rowName(view), rowSchema(view)])) },
    },
  };
}

function rowName({ name }: ShownView): string {
  return `row.${name}`;
}

function viewPaths(view: ShownView): [string, unknown][] {
  const { name } = view;
  const rows = operation(
    `read_rows_${name}`,
    'All windows of a key, or all keys of a window',
    name,
    [...view.key.flatMap(keyParameters), ...rangeParameters(), ...(isDerived(view) ? [] : [EVERY]), WINDOW, orderBy(view), ...paging(true)],
    pageSchema(ref(rowName(view))),
  );
  const windows = operation(
    `list_windows_${name}`,
    'The windows that hold rows',
    name,
    [...rangeParameters(), ...paging(true)],
    ref('windows'),
  );
  const late = operation(
    `list_late_${name}`,
    'Events that were late for some of their windows, newest commit first',
    name,
    paging(false),
    ref('late_events'),
  );
  return [
    [`/v1/views/${name}/rows`, { get: rows }],
    [`/v1/views/${name}/windows`, { get: windows }],
    [`/v1/views/${name}/late`, { get: late }],
  ];
}

function operation(operationId: string, summary: string, tag: string, parameters: readonly Parameter[], schema: Schema): unknown {
  return { operationId, summary, tags: [tag], parameters, responses: responses(summary, schema) };
}

function responses(description: string, schema: Schema): Record<string, unknown> {
  const problem = (said: string) => ({ description: said, content: { 'application/problem+json': { schema: ref('problem') } } });
  return {
    200: {
      description,
      headers: { 'x-millrace-read-units': { description: 'The cost of the query, in DynamoDB read units', schema: { type: 'number' } } },
      content: { 'application/json': { schema } },
    },
    400: problem('A parameter is invalid; the problem names it'),
    404: problem('There is no such view or stream'),
    503: problem('The store did not answer in time; try again after retry-after seconds'),
    default: problem('Something went wrong'),
  };
}

function path(name: string, what: string, names: readonly string[]): Parameter {
  return { name, in: 'path', required: true, description: `The name of ${what}`, schema: { type: 'string', enum: names } };
}

function query(name: string, description: string, schema: Schema): Parameter {
  return { name, in: 'query', required: false, description, schema };
}

function keyParameters({ name, type, nullable }: Column): Parameter[] {
  const value = query(`key.${name}`, `The key's ${name}; a key needs all its columns`, columnSchema({ type, nullable: false }));
  if (!nullable) return [value];
  return [value, query(`key.${name}.is_null`, `Instead of key.${name}: the key whose ${name} is NULL`, { type: 'boolean', enum: [true] })];
}

const BOUND = 'a time in ISO 8601, now, or a relative time such as "-1 hour"';

function rangeParameters(): Parameter[] {
  return [
    query('from', `Windows that start at or after this time: ${BOUND}`, { type: 'string', examples: ['-1 hour', '2026-01-01T00:00:00Z'] }),
    query('to', `Windows that start before this time: ${BOUND}`, { type: 'string' }),
    query('order', 'The order by window start', { type: 'string', enum: ['asc', 'desc'], default: 'asc' }),
  ];
}

const EVERY = query('every', 'With a key: one row per interval instead of one per window; a multiple of the window size', {
  type: 'string',
  examples: ['1 hour'],
});

const WINDOW = query(
  'window',
  'Instead of a key: latest (the newest window that has started), latest_final (the newest whose rows are final), or the start of a window, with or without its end: START/END',
  { type: 'string', examples: ['latest', 'latest_final', '2026-01-01T00:00:00Z'] },
);

function orderBy(view: ShownView): Parameter {
  const columns = sortableColumns(view).map(({ name }) => name);
  return query(
    'order_by',
    `With window: columns to sort by, separated by commas; - in front sorts in descending order. The columns are ${columns.join(', ')}`,
    {
      type: 'string',
      examples: columns.slice(-1).map((name) => `-${name}`),
    },
  );
}

function paging(asOf: boolean): Parameter[] {
  return [
    query('limit', 'Maximum number of rows per page', { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT }),
    query('cursor', 'The next of the previous page; all other parameters must be unchanged', { type: 'string' }),
    ...(asOf
      ? [query('as_of', 'The as_of of earlier answers, separated by commas: this answer reads no older state', { type: 'string' })]
      : []),
  ];
}
