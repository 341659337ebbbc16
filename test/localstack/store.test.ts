import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createDynamoClient } from '../../lib/aws/dynamodb/dynamo-client.ts';
import { describeStore } from '../conformance/store-conformance.ts';
import { createTables } from '../support/dynamodb.ts';
import { onDynamo, RecordingMeter } from '../support/stores.ts';
import { CapacityLog } from './support/capacity-log.ts';
import { clientOptions } from './support/endpoint.ts';

const options = clientOptions(inject('endpoint'));
const client = createDynamoClient(options);
const consumed = CapacityLog.of(client);
let tables: Awaited<ReturnType<typeof createTables>>;
beforeAll(async () => {
  // Without the store's timeouts: LocalStack starts its DynamoDB only now.
  tables = await createTables(new DynamoDBClient(options));
});
afterAll(() => client.destroy());

const start = async () => onDynamo({ client, ...tables, stop: async () => {} });

describeStore('on LocalStack', start);

it('counts the read and write units that DynamoDB says were consumed', async () => {
  const { store } = await start();
  const meter = new RecordingMeter();
  const { log, checkpoints, tasks, results } = store.metered(meter);
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 30_000, size: 'max' });
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(bytes, bytes, fc.integer({ min: 1, max: 60 }), async (body, large, keys) => {
      const task = { application: `units-${++runs}`, stream: 'clicks', shard: 's1' };
      const view = { application: task.application, view: 'page_views' };
      const window = { start: 0, end: 60_000, expiresAt: 86_400_000 };
      const entry = { nonce: 'n', committedAt: 0, expiresAt: 86_400_000 };
      const rows = Array.from({ length: keys }, (_, i) => ({
        ...window,
        key: `k${i}`,
        values: { views: i * 1000.5, page: 'é'.repeat(i * 20) },
      }));
      const refusal = { after: '1', at: 0, version: '1', reason: 'not JSON' };
      const refused = { ...task, shard: 's2' };
      await tasks.register(refused);
      await tasks.noteRefusal(refused, refusal);
      meter.requests.splice(0);
      // Everything is there that is read, and no condition fails: of those DynamoDB does not tell the units.
      const calls: Readonly<Record<string, () => Promise<unknown>>> = {
        register: () => tasks.register(task),
        list: () => tasks.list(task),
        append: () => log.append(task, { ...entry, index: 1, body, late: 0, dead: 0 }),
        'append what is indexed': () => log.append(task, { ...entry, index: 2, body, late: 3, dead: 1 }),
        'append in parts': () => log.append(task, { ...entry, index: 3, body: Buffer.concat(Array(14).fill(large)), late: 0, dead: 1 }),
        read: () => log.read(task, 1),
        'find late events': () => log.find('late', task, { limit: 5 }),
        'find dead letters': () => log.find('dead', task, { limit: 1 }),
        'put a bucket': () => checkpoints.putBucket(task, 'b1', body),
        'put another': () => checkpoints.putBucket(task, 'b2', large),
        'read buckets': () => checkpoints.buckets(task, ['b1', 'b2']),
        'put a manifest': () => checkpoints.putManifest(task, { index: 3, nonce: 'n', head: body, buckets: ['b1', 'b2'] }, undefined),
        'read the manifest': () => checkpoints.manifest(task),
        'let buckets expire': () => checkpoints.expireBuckets(task, ['b1', 'b2'], 86_400_000),
        'raise a boundary': () => tasks.raiseMergedThrough(task, 'page_views', 60_000),
        progress: () => tasks.progress(task),
        'progress, strongly': () => tasks.progress(task, { consistent: true }),
        'count an attempt': () => tasks.countAttempt(task, '1', 86_400_000),
        'note a refusal again': () => tasks.noteRefusal(refused, refusal),
        'read refusals': () => tasks.refusals(task),
        'put pages': () => results.putPages(view, [{ ...window, bits: 0, bucket: 0, body: large }]),
        'read pages': () => results.pages(view, { bits: 0, bucket: 0, from: 0, to: 60_000 }),
        'put rows': () => results.putRows(view, rows),
        'put a window': () => results.putWindow(view, { ...window, bits: 0, keys }),
        'list windows': () => results.windows(view, { from: 0, to: 60_000, order: 'asc', limit: 10, now: 0 }),
      };
      for (const [what, call] of Object.entries(calls)) {
        consumed.take();
        await call();
        const ours = meter.requests.splice(0);
        const theirs = consumed.take();
        for (const unit of ['reads', 'writes'] as const) {
          const sum = ours.reduce((sum, request) => sum + request[unit], 0);
          expect(Math.abs(sum - theirs[unit]), `${unit} of ${what}: ${sum}, and DynamoDB says ${theirs[unit]}`).toBeLessThanOrEqual(
            0.01 * theirs[unit],
          );
        }
        expect(theirs.reads + theirs.writes, what).toBeGreaterThan(0);
      }
    }),
    { numRuns: 10 },
  );
});
