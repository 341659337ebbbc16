import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LOCAL_AWS } from '../../lib/local/local-aws.ts';

const MAIN = new URL('../../lib/cli/main.ts', import.meta.url).pathname;
const SHOP = new URL('./fixtures/shop.ts', import.meta.url).pathname;
const WINDOW = '2026-01-01T10:00:00Z';

let directory: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(directory, { recursive: true, force: true });
});

/** `millrace dev` as a process, once it has printed what it started. */
async function dev(...options: string[]) {
  const ports = ['--api-port', '0', '--kinesis-port', '0', '--dynamodb-port', '0'];
  const child = spawn(process.execPath, [MAIN, 'dev', SHOP, '--data', directory, ...ports, ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  for (let tries = 0; !said.out.includes('put-record'); tries++) {
    if (tries > 1200 || child.exitCode !== null) throw new Error(`it did not start: ${said.out}${said.err}`);
    await sleep(50);
  }
  const url = (name: string): string => new RegExp(`${name} +(http://[\\d.:]+)`).exec(said.out)?.[1] as string;
  return { child, exited, said, api: url('dashboard'), kinesis: url('Kinesis') };
}

async function put(endpoint: string, numbers: readonly number[]): Promise<void> {
  const client = new KinesisClient({ ...LOCAL_AWS, endpoint, requestHandler: new NodeHttpHandler(), maxAttempts: 1 });
  const Records = numbers.map((n) => ({
    PartitionKey: `k${n}`,
    Data: Buffer.from(JSON.stringify({ country: `c${n % 7}`, size: 1, price: n, at: '2026-01-01T10:00:30Z' })),
  }));
  await client.send(new PutRecordsCommand({ StreamName: 'orders', Records })).finally(() => client.destroy());
}

interface Row {
  readonly country: string;
  readonly orders: number;
  readonly revenue: number;
}

async function rows(api: string): Promise<Row[]> {
  const answer = await fetch(`${api}/v1/views/per_country/rows?window=${WINDOW}`);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { rows: Row[] }).rows;
}

const total = (found: readonly Row[]): number => found.reduce((sum, { orders }) => sum + orders, 0);

describe('millrace dev', () => {
  it('prints what it started and what to try, and stops cleanly by Ctrl-C', async () => {
    const { child, exited, said, api } = await dev('--rate', '50');
    expect(said.out).toContain('Millrace runs application "orders"');
    expect(said.out).toContain(`curl '${api}/v1/views/per_country/rows?window=latest&limit=3'`);
    expect(said.out).toContain('generator   50 events per second');
    expect((await fetch(`${api}/openapi.json`)).status).toBe(200);
    child.kill('SIGINT');
    expect(await exited).toEqual([0, null]);
    expect(said.err).toBe('\nStopping… (press Ctrl-C again to stop at once)\n');
  });

  it('goes on exactly where it was after kill -9, however often', async () => {
    let sent = 0;
    for (let round = 0; round < 4; round++) {
      const { child, exited, kinesis, api } = await dev('--no-generator');
      for (let batch = 0; batch < 5; batch++) {
        await put(
          kinesis,
          Array.from({ length: 20 }, (_, i) => sent + i),
        );
        sent += 20;
        await sleep(100 + 130 * round);
      }
      expect(total(await rows(api))).toBeLessThanOrEqual(sent);
      child.kill('SIGKILL');
      expect(await exited).toEqual([null, 'SIGKILL']);
    }
    const { api } = await dev('--no-generator');
    for (let tries = 0; total(await rows(api)) < sent && tries < 600; tries++) await sleep(100);
    await sleep(500);
    const expected = Array.from({ length: 7 }, (_, c) => {
      const prices = Array.from({ length: sent }, (__, n) => n).filter((n) => n % 7 === c);
      return { country: `c${c}`, orders: prices.length, revenue: prices.reduce((sum, price) => sum + price, 0) };
    });
    expect(await rows(api)).toMatchObject(expected);
  });

  it('says in one line that a port or the directory is taken', async () => {
    const { kinesis } = await dev('--no-generator');
    const port = new URL(kinesis).port;
    const run = async (...args: string[]) => {
      const child = spawn(process.execPath, [MAIN, 'dev', SHOP, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
      let err = '';
      child.stderr.on('data', (chunk) => {
        err += chunk;
      });
      const [code] = await once(child, 'close');
      return { code: code as number, err };
    };
    const free = ['--api-port', '0', '--dynamodb-port', '0'];
    expect(await run('--data', join(directory, 'other'), '--kinesis-port', port, ...free)).toEqual({
      code: 2,
      err: `millrace dev: Kinesis cannot start: port ${port} of 127.0.0.1 is in use (perhaps by another millrace): choose another with --kinesis-port, 0 for any free one\n`,
    });
    expect((await run('--data', directory, '--kinesis-port', '0', ...free)).err).toMatch(
      /^millrace dev: the data directory .* in use [^\n]*\n$/,
    );
  });
});
