import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../lib/compile/compile.ts';
import { sqlApplication } from '../../lib/dsl/sql-application.ts';
import { LOCAL_AWS } from '../../lib/local/local-aws.ts';
import { describePlan } from '../../lib/plan/describe-plan.ts';
import { codeBlocks } from '../support/code-blocks.ts';

const readme = readFileSync('README.md', 'utf8');
const [, put = '', curl = '', deploy = ''] = codeBlocks('README.md', 'sh');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

const data = mkdtempSync(join(tmpdir(), 'millrace-readme-'));
let child: ChildProcess;
let said = '';

/** What `npm start` runs, on free ports. */
beforeAll(async () => {
  const [, ...args] = (scripts.start as string).split(' ');
  const ports = ['--api-port', '0', '--kinesis-port', '0', '--dynamodb-port', '0', '--data', data];
  child = spawn(process.execPath, [...args, ...ports], { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout?.on('data', (chunk) => {
    said += chunk;
  });
  for (let tries = 0; !said.includes('put-record') && tries < 400; tries++) await sleep(50);
});
afterAll(() => {
  child.kill('SIGKILL');
  rmSync(data, { recursive: true, force: true });
});

/** Where a part of the stack that `npm start` runs is listening. */
const started = (name: string): string => new RegExp(`${name} +(http://[\\d.:]+)`).exec(said)?.[1] as string;

/** The value of an option of the command that puts a record. */
const option = (name: string): string => new RegExp(`--${name} (?:'(.*)'$|(\\S+))`, 'm').exec(put)?.slice(1).find(Boolean) as string;

describe('the README', () => {
  it('names the ports that npm start uses', () => {
    expect(scripts.start).not.toContain('-port');
    expect([option('endpoint-url'), curl]).toEqual(['http://127.0.0.1:4567', expect.stringContaining('http://127.0.0.1:8080/')]);
  });

  it('puts a record and asks for its row', async () => {
    const event = option('data').replace(/'\$\(date .*\)'/, new Date().toISOString());
    const client = new KinesisClient({ ...LOCAL_AWS, endpoint: started('Kinesis'), requestHandler: new NodeHttpHandler() });
    await client.send(
      new PutRecordCommand({ StreamName: option('stream-name'), PartitionKey: option('partition-key'), Data: Buffer.from(event) }),
    );
    client.destroy();
    const [, asked = ''] = /'(.*)'/.exec(curl) ?? [];
    const url = asked.replace('http://127.0.0.1:8080', started('dashboard'));
    let answer: { rows: Record<string, unknown>[] } = { rows: [] };
    for (let tries = 0; answer.rows.length === 0 && tries < 200; tries++) {
      await sleep(50);
      answer = (await (await fetch(url)).json()) as typeof answer;
    }
    const [shown] = codeBlocks('README.md', 'json').map((text) => JSON.parse(text) as typeof answer & Record<string, unknown>);
    const { window_start, window_end, ...row } = shown?.rows[0] ?? {};
    expect(answer.rows).toMatchObject([row]);
    expect(Object.keys(answer)).toEqual(Object.keys(shown ?? {}));
    expect(Object.keys(answer.rows[0] ?? {})).toEqual(Object.keys(shown?.rows[0] ?? {}));
  });

  it('says the same in SQL as in TypeScript', async () => {
    const [text = ''] = codeBlocks('README.md', 'sql');
    const { views } = describePlan(await compile(sqlApplication('shop.sql', text)));
    const [view] = views;
    const typescript = codeBlocks('README.md', 'ts')[0] ?? '';
    for (const name of ['page', ...(view?.aggregates ?? []).map((aggregate) => aggregate.name)]) expect(typescript).toContain(name);
    expect(view).toMatchObject({ name: 'page_views', stream: 'clicks', allowedLateness: 60_000, transforms: 1 });
    expect(view?.columns.map(({ name }) => name)).toEqual(['page', 'window_start', 'window_end', 'views', 'avg_ms', 'slow']);
  });

  it('deploys an application that is there', () => {
    expect(existsSync(/app=(\S+)/.exec(deploy)?.[1] as string)).toBe(true);
  });

  it('links to files that are there', () => {
    const links = Array.from(readme.matchAll(/\]\((?!http)([^)]+)\)/g), ([, path]) => path as string);
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((path) => !existsSync(path))).toEqual([]);
  });
});
