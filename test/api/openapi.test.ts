import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, it } from 'vitest';
import { openApi } from '../../lib/api/openapi.ts';
import { compile } from '../../lib/compile/compile.ts';
import { expectDescribed } from './described.ts';
import { at, Shop, shop } from './shop.ts';
import { openShopWithStory } from './story.ts';

interface Document {
  readonly paths: Readonly<
    Record<string, { readonly get: { readonly operationId: string; readonly parameters: { name: string; schema: unknown }[] } }>
  >;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

async function document(options?: { readonly sql: boolean }): Promise<Document> {
  return openApi(await compile(shop), options) as unknown as Document;
}

it.each([false, true])('is valid OpenAPI 3.1, references too; with SQL: %s', async (sql) => {
  const validator = new Validator();
  const result = await validator.validate(JSON.parse(JSON.stringify(await document({ sql }))) as Record<string, unknown>);
  expect(result.errors).toBeUndefined();
  expect(result.valid).toBe(true);
  expect(validator.version).toBe('3.1');
  validator.resolveRefs();
});

it('has SQL only where that is served', async () => {
  const { paths } = await document({ sql: true });
  expect(paths).toHaveProperty(['/v1/sql', 'post', 'operationId'], 'ask_sql');
  expect((await document()).paths).not.toHaveProperty(['/v1/sql']);
  const served = await Shop.open({ sql: 'elsewhere' });
  expect((await served.get('/openapi.json')).body.paths).toHaveProperty(['/v1/sql']);
  expect((await served.get('/nowhere')).body.available).toContain('/v1/sql');
});

it('is served', async () => {
  const { body } = await (await Shop.open()).get('/openapi.json');
  expect(body).toEqual(JSON.parse(JSON.stringify(await document())));
});

it('has a path for each view, and no operation twice', async () => {
  const { paths } = await document();
  for (const view of ['page_views', 'user_pages', 'totals']) {
    for (const what of ['rows', 'windows', 'late']) expect(paths).toHaveProperty([`/v1/views/${view}/${what}`]);
  }
  const ids = Object.values(paths).map(({ get }) => get.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

it("gives a view's row and key their columns' types", async () => {
  const { paths, components } = await document();
  expect(components.schemas['row.page_views']).toMatchObject({
    required: ['page', 'window_start', 'window_end', 'views', 'avg_ms', 'final'],
    properties: {
      page: { type: ['string', 'null'] },
      window_start: { type: 'string', format: 'date-time' },
      window_end: { type: 'string', format: 'date-time' },
      views: { type: ['integer', 'string'], format: 'int64' },
      avg_ms: { type: ['number', 'null'], format: 'double' },
      final: { type: 'boolean' },
    },
  });
  const keys = (view: string) =>
    paths[`/v1/views/${view}/rows`]?.get.parameters.filter(({ name }) => name.startsWith('key.')).map(({ name, schema }) => [name, schema]);
  expect(keys('page_views')).toEqual([
    ['key.page', { type: 'string' }],
    ['key.page.is_null', { type: 'boolean', enum: [true] }],
  ]);
  expect(keys('user_pages')).toEqual([
    ['key.user', { type: ['integer', 'string'], format: 'int64' }],
    ['key.ok', { type: 'boolean' }],
    ['key.at', { type: 'string', format: 'date-time' }],
  ]);
  expect(keys('totals')).toEqual([]);
});

it.each([
  ['/v1/views', '/v1/views'],
  ['/v1/views/{view}', '/v1/views/totals'],
  ['/v1/views/page_views/rows', '/v1/views/page_views/rows?window=latest_final'],
  ['/v1/views/page_views/rows', '/v1/views/page_views/rows?key.page=/a'],
  ['/v1/views/user_pages/rows', `/v1/views/user_pages/rows?key.user=1&key.ok=false&key.at=${at(20)}&limit=1`],
  ['/v1/views/totals/windows', '/v1/views/totals/windows?limit=1'],
  ['/v1/views/totals/late', '/v1/views/totals/late'],
  ['/v1/streams/{stream}/dead-letters', '/v1/streams/clicks/dead-letters'],
  ['/v1/health', '/v1/health'],
  ['/v1/health', '/v1/health?x=1'],
  ['/v1/views/{view}', '/v1/views/none'],
])('%s describes exactly what %s answers', async (path, request) => {
  await expectDescribed(await document(), path, await (await openShopWithStory()).get(request));
});
