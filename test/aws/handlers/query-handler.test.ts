import { describe, expect, it } from 'vitest';
import { createQueryHandler } from '../../../lib/aws/handlers/query-handler.ts';
import { createMemoryStore } from '../../../lib/store/memory/memory-store.ts';
import clicksApplication from '../fixtures/clicks-application.ts';
import { click, createStack, environment, getEvent } from './stack.ts';

describe('createQueryHandler', () => {
  it('answers by the API', async () => {
    const stack = createStack();
    await stack.aggregate(stack.records(click('/a & b?', 1), click('/ż', 1)));
    const { status, body, headers } = await stack.get('/v1/views/page_views/rows', { 'key.page': '/a & b?' });
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': expect.stringContaining('application/json') });
    expect(JSON.parse(body)).toMatchObject({ rows: [{ page: '/a & b?', views: 1, final: false }] });
    expect(JSON.parse((await stack.get('/v1/views/page_views/rows', { 'key.page': '/ż' })).body).rows).toHaveLength(1);
    expect(stack.told.measures.at(-1)).toEqual({ stream: undefined, measures: { ReadUnits: expect.any(Number), WriteUnits: 0 } });
  });

  it.each([
    ['/v1/views/none', {}, 404],
    ['/nowhere', {}, 404],
    ['//example.com/v1/views', {}, 404],
    ['/v1/views/page_views/rows', { limit: 'many' }, 400],
  ])('answers %s %j by a problem', async (path, query, status) => {
    const answer = await createStack().get(path, query);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json' });
  });

  it('serves the page, and what is not GET is refused', async () => {
    const stack = createStack();
    expect(await stack.get('/')).toMatchObject({ status: 200, body: expect.stringContaining('<title>Millrace') });
    const handler = createQueryHandler(clicksApplication, environment, { store: createMemoryStore() });
    expect((await handler(getEvent('/v1/views', {}, 'POST'))).statusCode).toBe(405);
    expect(await handler(getEvent('/v1/views', {}, 'HEAD'))).toMatchObject({ statusCode: 200, body: '' });
  });

  it('needs no streams, and tells of errors it does not show', async () => {
    const stack = createStack({ store: { ...createMemoryStore(), metered: () => broken } });
    const answer = await stack.get('/v1/views/page_views/rows', { 'key.page': '/a' });
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(answer.body).not.toContain('the secret');
    expect(stack.told.errors.join()).toContain('the secret');
  });
});

const broken = new Proxy(createMemoryStore(), {
  get() {
    throw new Error('the secret');
  },
});
