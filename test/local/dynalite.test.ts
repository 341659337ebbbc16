import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { createDynamoStore } from '../../lib/aws/dynamodb/dynamo-store.ts';
import { startDynamoServer } from '../../lib/local/dynamodb-server.ts';

const fromDynalite = createRequire(createRequire(import.meta.url).resolve('dynalite'));
const { AbstractLevel } = createRequire(fromDynalite.resolve('level'))('abstract-level') as {
  AbstractLevel: { prototype: { values(...args: unknown[]): { next(): Promise<unknown> } } };
};
const STREAM = { application: 'shop', stream: 'clicks' };

let directory: string | undefined;
afterEach(async () => {
  vi.restoreAllMocks();
  if (directory) await rm(directory, { recursive: true, force: true });
});

it.each(['in memory', 'on disk'])('a query %s keeps nothing of what it has read', async (where) => {
  directory = where === 'on disk' ? await mkdtemp(join(tmpdir(), 'millrace-')) : undefined;
  const dynamo = await startDynamoServer({ host: '127.0.0.1', port: 0, ...(directory !== undefined && { directory }) });
  try {
    const { tasks } = createDynamoStore({ client: dynamo.client, ...(await dynamo.createTables('shop')) });
    for (const shard of ['one', 'other']) await tasks.register({ ...STREAM, shard });
    const values = vi.spyOn(AbstractLevel.prototype, 'values');
    for (let i = 0; i < 5; i++) expect(await tasks.list(STREAM)).toEqual(['one', 'other']);
    const iterators = values.mock.results.map(({ value }) => value as { next(): Promise<unknown> });
    expect(iterators.length).toBeGreaterThanOrEqual(5);
    for (const iterator of iterators) await expect(iterator.next()).rejects.toMatchObject({ code: 'LEVEL_ITERATOR_NOT_OPEN' });
  } finally {
    await dynamo.stop();
  }
});
