import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalStack } from '../../lib/local/stack.ts';
import { at, put, startTill, taken } from '../support/till.ts';
import { millrace } from './terminal.ts';

const directory = mkdtempSync(join(tmpdir(), 'millrace-record-'));
const app = join(directory, 'till.sql');
let stack: LocalStack;
const sale = (shop: string, price: unknown, second: number) => ({ shop, price, at: at(second) });

beforeAll(async () => {
  stack = await startTill({ data: join(directory, 'data') });
  await put(
    stack,
    sale('a', 1, 0),
    sale('b', 2, 1),
    [sale('a', 4, 2), sale('b', '8', 3)],
    'price=16',
    gzipSync(JSON.stringify(sale('a', 32, 4))),
  );
  await taken(stack, 6);
  writeFileSync(
    app,
    `CREATE TABLE sales (shop text NOT NULL, price double precision NOT NULL, at timestamptz NOT NULL) WITH (event_time = 'at', max_behind = '36500 days', max_ahead = '36500 days');
     SELECT shop, sum(price) AS total FROM sales GROUP BY shop`,
  );
});
afterAll(async () => {
  await stack.stop();
  rmSync(directory, { recursive: true, force: true });
});

const record = (...args: string[]) => millrace(['record', 'sales', '--url', stack.urls.api, '--kinesis', stack.urls.kinesis, ...args]);

describe('millrace record', () => {
  it('saves what a stream holds, which millrace run takes as it came', async () => {
    const { code, out, err } = await record();
    expect({ code, err }).toEqual({ code: 0, err: '5 records\n' });
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ data }) => Buffer.from(data, 'base64').toString()).slice(0, 1)).toEqual([JSON.stringify(sale('a', 1, 0))]);
    for (const { record: each } of lines) {
      expect(each).toEqual({
        shard: expect.stringMatching(/^shardId-\d{12}$/),
        sequence: expect.stringMatching(/^\d+$/),
        arrival: expect.stringMatching(/Z$/),
        partition_key: expect.any(String),
      });
    }
    const arrivals = lines.map(({ record: { arrival } }) => arrival);
    expect(arrivals).toEqual(arrivals.toSorted());
    const file = join(directory, 'sales.jsonl');
    writeFileSync(file, out);
    const ran = await millrace(['run', app, '--input', `sales=${file}`]);
    expect(
      ran.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { shop: 'a', total: 37 },
      { shop: 'b', total: 2 },
    ]);
    expect(ran.err).toContain('6 events, 0 late, 2 dead');
  });

  it('saves what arrived within a range', async () => {
    expect(await record('--to', '-1 hour')).toEqual({ code: 0, out: '', err: '0 records\n' });
    expect((await record('--from', '-1 hour')).err).toBe('5 records\n');
    expect(await record('--to', '1 hour')).toMatchObject({ code: 2, err: expect.stringContaining('--to is still to come') });
  });

  it('says that there is no such stream', async () => {
    expect(await record('--kinesis-stream', 'nothing')).toMatchObject({
      code: 2,
      err: expect.stringContaining('Kinesis has no stream "nothing"'),
    });
  });
});
