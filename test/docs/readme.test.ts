import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutRecordCommand } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sqlApplication } from '../../lib/dsl/sql-application.ts';
import { application, compile, stream, tumbling, view } from '../../lib/index.ts';
import { describePlan } from '../../lib/plan/describe-plan.ts';
import { codeBlocks } from '../support/code-blocks.ts';
import { DevProcess } from '../support/dev-process.ts';
import { localKinesis } from '../support/put-all.ts';

const [, put = '', curl = '', query = '', deploy = ''] = codeBlocks('README.md', 'sh');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

/** The application that `npm start` runs. */
const APP = (scripts.start as string).split(' ').at(-1) as string;
const data = mkdtempSync(join(tmpdir(), 'millrace-readme-'));
let started: DevProcess;
beforeAll(async () => {
  started = await DevProcess.start(APP, data);
});
afterAll(async () => {
  await started.kill();
  rmSync(data, { recursive: true, force: true });
});

/** The value of an option of the command that puts a record. */
const option = (name: string): string => new RegExp(`--${name} (?:'(.*)'$|(\\S+))`, 'm').exec(put)?.slice(1).find(Boolean) as string;

describe('the README', () => {
  it('names the ports that npm start uses', () => {
    expect(scripts.start).toBe(`node lib/cli/main.ts dev ${APP}`);
    expect([option('endpoint-url'), curl]).toEqual(['http://127.0.0.1:4567', expect.stringContaining('http://127.0.0.1:8080/')]);
  });

  it('puts a record and queries its row', async () => {
    const event = option('data').replace(/'\$\(date .*\)'/, new Date().toISOString());
    const client = localKinesis(started.urls.kinesis);
    await client.send(
      new PutRecordCommand({ StreamName: option('stream-name'), PartitionKey: option('partition-key'), Data: Buffer.from(event) }),
    );
    client.destroy();
    const [, asked = ''] = /'(.*)'/.exec(curl) ?? [];
    const url = asked.replace('http://127.0.0.1:8080', started.urls.api);
    let answer: { rows: Record<string, unknown>[] } = { rows: [] };
    for (let tries = 0; answer.rows.length === 0 && tries < 1200; tries++) {
      await sleep(50);
      answer = (await (await fetch(url)).json()) as typeof answer;
    }
    const [shown] = codeBlocks('README.md', 'json').map((text) => JSON.parse(text) as typeof answer & Record<string, unknown>);
    const { window_start, window_end, ...row } = shown?.rows[0] ?? {};
    expect(answer.rows).toMatchObject([row]);
    expect(Object.keys(answer)).toEqual(Object.keys(shown ?? {}));
    expect(Object.keys(answer.rows[0] ?? {})).toEqual(Object.keys(shown?.rows[0] ?? {}));
  });

  it('runs an ad hoc query', async () => {
    const [url, type, body] = [/curl (\S+)/, /content-type: ([^']+)/, /-d '(.*)'/].map((part) => part.exec(query)?.[1] as string);
    const headers = { 'content-type': type as string };
    const asked = await fetch((url as string).replace('http://127.0.0.1:8080', started.urls.api), {
      method: 'POST',
      body: body as string,
      headers,
    });
    expect(((await asked.json()) as { rows: unknown[] }).rows).toMatchObject([{ page: '/pricing', final: false }]);
  });

  it('says the same in SQL as in TypeScript', async () => {
    const [text = ''] = codeBlocks('README.md', 'sql');
    const typescript = (codeBlocks('README.md', 'ts')[0] ?? '')
      .replace(/^import .*$/gm, '')
      .replace(/^export const /gm, 'const ')
      .replace(/^export default /m, 'return ');
    const names = { application, stream, tumbling, view, z };
    const app = new Function(...Object.keys(names), typescript)(...Object.values(names)) as Parameters<typeof compile>[0];
    expect(describePlan(await compile(sqlApplication('shop.sql', text)))).toEqual(describePlan(await compile(app)));
  });

  it('deploys an application that exists', () => {
    expect(existsSync(/app=(\S+)/.exec(deploy)?.[1] as string)).toBe(true);
  });
});
