import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestDriver } from 'millrace/testing';
import app from './app.ts';

test('counts what is looked at in a minute', async () => {
  const driver = await createTestDriver(app, { now: '2026-01-01T10:00:00Z' });
  await driver.put('clicks', [
    { page: '/', user_id: 'ann', ms: 100, at: '2026-01-01T10:00:00Z' },
    { page: '/', user_id: 'bob', ms: 300, at: '2026-01-01T10:00:30Z' },
    { page: '/', user_id: 'bob', ms: null, at: '2026-01-01T10:01:00Z' },
  ]);
  await driver.advance('5 minutes');
  const rows = await driver.rows('page_views');
  assert.deepEqual(
    rows.map(({ views, visitors, avg_ms, final }) => ({ views, visitors, avg_ms, final })),
    [
      { views: 2, visitors: 2, avg_ms: 200, final: true },
      { views: 1, visitors: 1, avg_ms: null, final: true },
    ],
  );
});

test('puts aside what is no click', async () => {
  const driver = await createTestDriver(app);
  await driver.put('clicks', { page: '/' });
  assert.equal((await driver.deadLetters('clicks')).length, 1);
});
