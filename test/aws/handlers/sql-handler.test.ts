import { describe, expect, it } from 'vitest';
import { createSqlHandler } from '../../../lib/aws/handlers/sql-handler.ts';
import clicksApplication from '../fixtures/clicks-application.ts';
import { click, createStack, environment, getEvent } from './stack.ts';

const QUESTION = { sql: 'SELECT page, sum(views) AS n FROM page_views WHERE page = $1 GROUP BY page', parameters: ['/ż'] };

/** A stack with clicks, and the function for SQL over the same store. */
async function createSqlStack() {
  const stack = createStack();
  await stack.aggregate(stack.records(click('/a', 1), click('/ż', 1), click('/ż', 2)));
  const measures: unknown[] = [];
  const telemetry = { measure: (_: unknown, measured: unknown) => void measures.push(measured), warn: () => {}, error: () => {} };
  const handler = createSqlHandler(clicksApplication, environment, { store: stack.store, clock: stack.clock, telemetry, followEvery: 0 });
  const post = async (body: string | null, isBase64Encoded = false) => {
    const multiValueHeaders = { 'content-type': ['application/json; charset=utf-8'] };
    const event = { ...getEvent('/v1/sql', {}, 'POST'), multiValueHeaders, body, isBase64Encoded };
    const result = await handler(event);
    return { status: result.statusCode, body: JSON.parse(result.body) as Record<string, unknown> };
  };
  return { handler, measures, post };
}

describe('createSqlHandler', () => {
  it.each([
    ['as text', JSON.stringify(QUESTION), false],
    ['in base64', Buffer.from(JSON.stringify(QUESTION)).toString('base64'), true],
  ])('answers a question that comes %s', async (_, body, isBase64Encoded) => {
    const { measures, post } = await createSqlStack();
    const answer = await post(body, isBase64Encoded);
    expect(answer).toMatchObject({ status: 200, body: { rows: [{ page: '/ż', n: 2, final: false }] } });
    expect(measures).toEqual([{ ReadUnits: expect.any(Number), WriteUnits: 0 }]);
  });

  it.each([null, '', '{'])('answers the body %j by a problem', async (body) => {
    expect(await (await createSqlStack()).post(body)).toMatchObject({
      status: 400,
      body: { type: 'urn:problem-type:millrace:invalid-body' },
    });
  });

  it('serves nothing else', async () => {
    const { handler } = await createSqlStack();
    expect((await handler(getEvent('/v1/views'))).statusCode).toBe(404);
    expect((await handler(getEvent('/v1/sql'))).statusCode).toBe(405);
  });
});
