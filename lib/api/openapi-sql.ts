import type { Plan } from '../plan/plan.ts';
import { shownViews } from '../plan/shown-view.ts';
import { leftOut, ref, type Schema } from './openapi-schemas.ts';
import { LIMITS, MOST_ROWS } from './sql.ts';
import { MOST_CHARACTERS } from './sql-question.ts';

const tokens: Schema = { type: 'object', additionalProperties: { type: 'string' } };

/** The schemas of ad hoc queries and their answers. */
export const SQL_SCHEMAS: Readonly<Record<string, Schema>> = {
  sql_question: {
    type: 'object',
    required: ['sql'],
    additionalProperties: false,
    properties: {
      sql: { type: 'string', maxLength: MOST_CHARACTERS, description: 'A SELECT over the views' },
      parameters: { type: 'array', items: {}, description: 'The values of $1, $2, …' },
      as_of: { ...tokens, description: 'The as_of of earlier answers, by view: this answer reads no older state' },
    },
  },
  sql_answer: {
    type: 'object',
    required: ['rows', 'columns', 'as_of', 'watermark'],
    properties: {
      rows: { type: 'array', maxItems: MOST_ROWS, items: { type: 'object' } },
      columns: { type: 'array', items: ref('column'), description: 'The columns of the rows, in the order of SELECT; final is the last' },
      as_of: {
        ...tokens,
        description: 'For each view that the SQL names: send it as as_of to never read an older state than in this answer',
      },
      watermark: {
        type: ['string', 'null'],
        format: 'date-time',
        description: 'The watermark of the slowest shard; null before the first event',
      },
      left_out_rows: leftOut,
    },
  },
};

/** The path of ad hoc queries. */
export function sqlPath(plan: Plan, responses: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const view = shownViews(plan)[0]?.name ?? '';
  const problem = (description: string) => ({ description, content: { 'application/problem+json': { schema: ref('problem') } } });
  const post = {
    operationId: 'ask_sql',
    summary: 'Runs a SELECT over the views, with live and final rows',
    description: `PostgreSQL’s grammar; now() is the time of the request. A query reads at most ${LIMITS.pages} pages of results: filter by window_start or by the key.`,
    tags: ['about'],
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: ref('sql_question'),
          examples: { lines: { value: { sql: `SELECT * FROM "${view}" WHERE window_start >= now() - interval '1 hour'` } } },
        },
      },
    },
    responses: {
      ...responses,
      400: problem(
        'The SQL or another part of the body is invalid, or the query is too large; the problem says what is wrong, for SQL with line and column',
      ),
      404: problem('SQL is not served here'),
      413: problem('The body is too large'),
      415: problem('The body is not JSON'),
    },
  };
  return { '/v1/sql': { post } };
}
