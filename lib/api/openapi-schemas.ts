import { type Column, type ColumnType, ERRORS } from '../core/column.ts';
import { canBeNull, isDerived, type ShownView } from '../plan/shown-view.ts';
import { columnsOf } from './describe.ts';

/** A JSON Schema (2020-12, as OpenAPI 3.1 has it). */
export type Schema = { readonly [keyword: string]: unknown };

const TYPES: Readonly<Record<ColumnType, Schema>> = {
  text: { type: 'string' },
  // Text if a JSON number would be rounded.
  bigint: { type: ['integer', 'string'], format: 'int64' },
  'double precision': { type: 'number', format: 'double' },
  boolean: { type: 'boolean' },
  timestamptz: { type: 'string', format: 'date-time' },
  jsonb: {},
};

/** The schema of a column's values. */
export function columnSchema({ type, nullable }: Pick<Column, 'type' | 'nullable'>): Schema {
  const schema = TYPES[type];
  return nullable && schema.type !== undefined ? { ...schema, type: [schema.type, 'null'].flat() } : schema;
}

/** An object that has exactly these properties. */
function objectSchema(properties: Readonly<Record<string, Schema>>, required: readonly string[] = Object.keys(properties)): Schema {
  return { type: 'object', properties, required };
}

/** The schema of a view's rows. */
export function rowSchema(view: ShownView): Schema {
  const described: Readonly<Record<string, string>> = {
    window_start: 'The start of the window, inclusive',
    window_end: 'The end of the window, exclusive',
    final: 'Whether the row can no longer change',
  };
  const columns = columnsOf(view);
  const properties = columns.map((column) => {
    const description = Object.hasOwn(described, column.name) ? { description: described[column.name] } : {};
    return [column.name, { ...columnSchema({ ...column, nullable: canBeNull(view, column) }), ...description }] as const;
  });
  // fromEntries makes a property of any name, __proto__ too.
  return objectSchema(
    Object.fromEntries(isDerived(view) ? [...properties, [ERRORS, rowErrors]] : properties),
    columns.map(({ name }) => name),
  );
}

const text: Schema = { type: 'string' };
const count: Schema = { type: 'integer', minimum: 0 };
const time: Schema = { type: 'string', format: 'date-time' };
const timeOrNull: Schema = { type: ['string', 'null'], format: 'date-time' };
const list = (items: Schema): Schema => ({ type: 'array', items });

const openBreaker: Schema = {
  ...objectSchema({
    since: { ...time, description: 'When it first refused the batch that the shard stands still before' },
    last_refused: { ...time, description: 'When it last did, give or take a minute' },
    version: { ...text, description: 'The deployed version that last did' },
    reason: { ...text, description: 'Why the newest of the dead records is dead, without the values of the event' },
  }),
  type: ['object', 'null'],
  description: 'The circuit breaker that keeps the shard standing still; null while it does not',
};

/** Why columns of a row are NULL. */
const rowErrors: Schema = {
  type: 'object',
  additionalProperties: text,
  description: 'Why columns are null that could not be computed, by name, such as a division by zero; absent if there are none',
};

/** Rows that are not in an answer, because they could not be computed. */
export const leftOut: Schema = {
  ...objectSchema({ rows: count, reason: text }),
  description:
    'Rows left out of what was computed for this answer, because a condition or a key of them cannot be computed, and the reason of the first; absent if there are none',
};

/** A reference to a schema among the components. */
export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

/** A page of rows. */
export function pageSchema(items: Schema): Schema {
  const page = {
    rows: list(items),
    next: {
      type: ['string', 'null'],
      description: 'The cursor of the next page; null at the end. A page that is not the last may be short or even empty',
    },
    as_of: { type: 'string', description: 'Send it as as_of to never read an older state than in this answer' },
    watermark: { ...timeOrNull, description: 'The watermark of the slowest shard; null before the first event' },
  };
  return objectSchema({ ...page, left_out_rows: leftOut }, Object.keys(page));
}

const column = objectSchema({
  name: text,
  type: { type: 'string', enum: Object.keys(TYPES) },
  nullable: { type: 'boolean' },
});

const keptContent = {
  event: { description: 'The content, if it is JSON' },
  text: { type: 'string', description: 'The original text, if `event` does not reproduce it exactly' },
  base64: { type: 'string', contentEncoding: 'base64', description: 'The original bytes, if they are not UTF-8' },
  truncated: { type: 'boolean', description: 'Whether it was truncated, possibly to nothing' },
};
const keptPosition = { shard: text, sequence: text, arrival: time, committed_at: time };
const keptPage = (items: Schema): Schema => objectSchema({ rows: list(items), next: { type: ['string', 'null'] } });

/** Schemas that are the same for every application. */
export const SCHEMAS: Readonly<Record<string, Schema>> = {
  problem: {
    ...objectSchema(
      {
        type: { type: 'string', format: 'uri' },
        title: text,
        status: { type: 'integer' },
        detail: text,
        parameter: { type: 'string', description: 'The invalid query parameter or part of the body' },
        line: { type: 'integer', minimum: 1, description: 'The line of the error in the SQL' },
        column: { type: 'integer', minimum: 1, description: 'The character in that line' },
        available: { ...list(text), description: 'The valid names' },
      },
      ['type', 'title', 'status', 'detail'],
    ),
    description: 'A problem (RFC 9457)',
  },
  column,
  derived_view: {
    ...objectSchema({
      name: text,
      views: { ...list(text), description: 'The views it reads' },
      key: list(ref('column')),
      aggregates: list(ref('column')),
      columns: list(ref('column')),
    }),
    description: 'A view whose rows are computed from other views when they are read',
  },
  view: objectSchema({
    name: text,
    stream: text,
    key: list(ref('column')),
    aggregates: list(ref('column')),
    columns: list(ref('column')),
    window: {
      oneOf: [
        objectSchema({
          kind: { type: 'string', enum: ['tumbling', 'hopping', 'cumulate'] },
          size: text,
          size_ms: count,
          slide: text,
          slide_ms: count,
          offset: text,
          offset_ms: count,
        }),
        objectSchema({
          kind: { const: 'calendar' },
          unit: { type: 'string', enum: ['day', 'week', 'month', 'quarter', 'year'] },
          time_zone: text,
          offset: text,
          offset_ms: count,
        }),
        objectSchema({ kind: { const: 'global' } }),
        objectSchema({ kind: { const: 'session' }, gap: text, gap_ms: count }),
        objectSchema({ kind: { const: 'stagger' }, size: text, size_ms: count }),
      ],
    },
    allowed_lateness: text,
    allowed_lateness_ms: count,
    retention: text,
    retention_ms: count,
  }),
  views: objectSchema({ application: text, views: list({ anyOf: [ref('view'), ref('derived_view')] }) }),
  windows: pageSchema(objectSchema({ window_start: time, window_end: time, final: { type: 'boolean' }, keys: count })),
  late_events: keptPage(
    objectSchema({ ...keptPosition, event_time: time, views: list(text), ...keptContent }, [
      ...Object.keys(keptPosition),
      'event_time',
      'views',
      'truncated',
    ]),
  ),
  dead_letters: keptPage(
    objectSchema(
      {
        ...keptPosition,
        reason: text,
        views: { ...list(text), description: 'The views that cannot take it, where others counted it; absent: no view did' },
        partition_key: { type: 'string', description: 'The value of the stream’s partition key column, if the letter has one' },
        ...keptContent,
      },
      [...Object.keys(keptPosition), 'reason', 'truncated'],
    ),
  ),
  health: objectSchema({
    application: text,
    now: time,
    streams: list(
      objectSchema({
        stream: text,
        watermark: timeOrNull,
        shards: list(
          objectSchema({
            shard: text,
            entries: count,
            sequence: text,
            watermark: timeOrNull,
            last_arrival: timeOrNull,
            events: count,
            late: count,
            dead: count,
            duplicates: count,
            ended: { type: 'boolean' },
            breaker: openBreaker,
          }),
        ),
        views: list(objectSchema({ view: text, merged_through: timeOrNull })),
      }),
    ),
  }),
};
