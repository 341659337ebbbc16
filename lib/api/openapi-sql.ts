import type { Plan } from '../plan/plan.ts';
import { shownViews } from '../plan/shown-view.ts';
import { ref, type Schema } from './openapi-schemas.ts';
import { LIMITS, MOST_ROWS } from './sql.ts';
import { MOST_CHARACTERS } from './sql-question.ts';

const tokens: Schema = { type: 'object', additionalProperties: { type: 'string' } };

/** The schemas of questions in SQL and their answers. */
export const SQL_SCHEMAS: Readonly<Record<string, Schema>> = {
  sql_question: {
    type: 'object',
    required: ['sql'],
    additionalProperties: false,
    properties: {
      sql: { type: 'string', maxLength: MOST_CHARACTERS, description: 'A SELECT over the views' },
      parameters: { type: 'array', items: {}, description: 'The values of $1, $2, …' },
      as_of: { ...tokens, description: 'What earlier answers said as as_of, by view: this one sees no less' },
    },
  },
  sql_answer: {
    type: 'object',
    required: ['rows', 'columns', 'as_of', 'watermark'],
    properties: {
      rows: { type: 'array', maxItems: MOST_ROWS, items: { type: 'object' } },
      columns: { type: 'array', items: ref('column'), description: 'Of the rows, in the order of SELECT; final is the last' },
      as_of: { ...tokens, description: 'Of each view that the SQL names: give it as as_of to never see less than this answer' },
      watermark: {
        type: ['string', 'null'],
        format: 'date-time',
        description: 'How far event time has come in the slowest shard; null before the first event',
      },
    },
  },
};

/** The path of questions in SQL. */
export function sqlPath(plan: Plan, responses: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const view = shownViews(plan)[0]?.name ?? '';
  const problem = (description: string) => ({ description, content: { 'application/problem+json': { schema: ref('problem') } } });
  const post = {
    operationId: 'ask_sql',
    summary: 'A SELECT over the views, live and final rows together',
    description: `PostgreSQL’s grammar; now() is the time of the request. A query reads ${LIMITS.pages} pages of results at most: narrow window_start, or the key.`,
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
      400: problem('The SQL or another part of the body is wrong, or too much is asked for; the problem says what, of SQL line and column'),
      404: problem('SQL is not served here'),
      413: problem('The body is too large'),
      415: problem('The body is not JSON'),
    },
  };
  return { '/v1/sql': { post } };
}
