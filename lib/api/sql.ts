import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { columnOf, ERRORS } from '../core/column.ts';
import { MillraceError } from '../core/errors.ts';
import { formatPlainJson } from '../core/json.ts';
import type { BindQuestion, BoundQuestion } from '../plan/question.ts';
import { shownViews } from '../plan/shown-view.ts';
import type { AsOf } from '../runtime/read/query.ts';
import type { Reader } from '../runtime/read/reader.ts';
import { SeenLess } from '../runtime/read/reading.ts';
import { ask } from '../runtime/read/relation/ask.ts';
import type { ReadLimits } from '../runtime/read/relation/budget.ts';
import type { RelationRow } from '../runtime/read/relation/relation-rows.ts';
import type { UnitMeter } from '../runtime/units.ts';
import { basesOfView, formatSeen } from './as-of.ts';
import { instantOrNull } from './describe.ts';
import { fits, json } from './json-response.ts';
import { Problem } from './problem.ts';
import { parseQuestion } from './sql-question.ts';

/** The options of {@link addSql}. */
export interface SqlOptions {
  readonly reader: Reader;
  /** binds queries: `questionBinder(application, plan)` */
  readonly bind: BindQuestion;
  /** called with the store's counters of each query */
  readonly onUnits?: (units: UnitMeter) => void;
}

/** The path of ad hoc queries. */
export const SQL_PATH = '/v1/sql';
/** Maximum bytes of a request's body: a text of maximum length, with any characters, and parameters. */
const MOST_BYTES = 256 * 1024;
/** Maximum rows of an answer. */
export const MOST_ROWS = 10_000;
/** What a query may take. A page has up to 16 KB. */
export const LIMITS: ReadLimits = { pages: 1000, rows: 100_000, steps: 2_000_000, seconds: 5 };

const tooLong = (): never => {
  throw new Problem('body-too-large', `the body has more than ${MOST_BYTES} bytes`);
};

/** Adds `POST /v1/sql`, which runs a SELECT over the views. */
export function addSql(app: Hono, options: SqlOptions): void {
  app.post(SQL_PATH, bodyLimit({ maxSize: MOST_BYTES, onError: tooLong }), (c) => answerSql(c, options));
  app.all(SQL_PATH, ({ req }) => {
    throw new Problem('method-not-allowed', `${req.method} is not allowed here: send SQL with POST`, {}, { allow: 'POST' });
  });
}

async function answerSql(c: Context, { reader, bind, onUnits }: SqlOptions): Promise<Response> {
  const { plan, clock } = reader.runtime;
  const { sql, parameters, asOf } = parseQuestion(c.req.header('content-type'), await c.req.text(), plan);
  const question = await told(() => bind(sql, { parameters, now: clock.now() }));
  const { rows, units, ...seen } = await told(() => ask(reader, { relation: question.relation, limits: LIMITS, asOf }));
  onUnits?.(units);
  if (rows.length > MOST_ROWS) {
    throw new Problem('query-too-large', `the answer has ${rows.length} rows, the maximum is ${MOST_ROWS}: add a LIMIT, or aggregate`);
  }
  const text = formatPlainJson({
    rows: rows.map((row) => bodyOf(row, question)),
    columns: [...question.relation.columns.map(columnOf), { name: 'final', type: 'boolean', nullable: false }],
    as_of: asOfBody(reader, question, seen.asOf),
    watermark: instantOrNull(seen.watermark),
    ...(seen.leftOut && { left_out_rows: seen.leftOut }),
  });
  if (!fits(text)) throw new Problem('query-too-large', 'the answer is larger than it may be (6 MB): add a LIMIT, or select fewer columns');
  return json(text, { 'x-millrace-read-units': String(units.reads) });
}

/** Errors of the query as problems. */
async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MillraceError && error.place) {
      const { said, line, column } = error.place;
      throw new Problem('invalid-sql', said, { parameter: 'sql', line, column });
    }
    if (error instanceof SeenLess) throw error;
    if (error instanceof MillraceError && error.code === 'argument') throw new Problem('invalid-sql', error.message, { parameter: 'sql' });
    throw error;
  }
}

function bodyOf({ row, final, errors }: RelationRow, { relation }: BoundQuestion): Record<string, unknown> {
  // fromEntries makes a property of any name, __proto__ too.
  return Object.fromEntries([
    ...relation.columns.map(({ name }) => [name, row[name] ?? null]),
    ['final', final],
    ...(errors ? [[ERRORS, errors] as const] : []),
  ]);
}

/** What the answer has read, by the views that the query names: for each, the `as_of` that other paths use. */
function asOfBody(reader: Reader, { views }: BoundQuestion, seen: ReadonlyMap<string, AsOf>): Record<string, string> {
  const shown = shownViews(reader.runtime.plan).filter(({ name }) => views.includes(name));
  return Object.fromEntries(shown.map((view) => [view.name, formatSeen(basesOfView(view), seen)]));
}
