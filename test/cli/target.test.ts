import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { millrace } from './terminal.ts';

/** Gateways and other servers that may stand where a stack is looked for. */
const ANSWERS: Readonly<Record<string, { readonly status: number; readonly type: string; readonly body: string }>> = {
  closed: {
    status: 403,
    type: 'application/problem+json',
    body: '{"type":"about:blank","status":403,"detail":"The x-api-key header is missing or holds no valid key."}',
  },
  page: { status: 200, type: 'text/html', body: '<html></html>' },
  elsewhere: { status: 404, type: 'application/json', body: '{"message":"Not Found"}' },
  broken: { status: 500, type: 'application/json', body: '{"message":"Internal server error"}' },
};
const keys: unknown[] = [];
const server = createServer((request, response) => {
  keys.push(request.headers['x-api-key']);
  const { status, type, body } = ANSWERS[request.url?.split('/')[1] ?? ''] as (typeof ANSWERS)[string];
  response.writeHead(status, { 'content-type': type }).end(body);
});
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

describe('a stack that cannot be asked', () => {
  it.each([
    ['closed', 'answers 403: pass its key with --api-key or MILLRACE_API_KEY, or name the stack with --stack, which looks the key up'],
    ['page', 'does not answer in JSON, so it is not a Millrace stack'],
    ['elsewhere', 'answers 404: '],
    ['elsewhere', 'is this the URL of a Millrace stack, including its stage (…/live)?'],
    ['broken', 'answers 500: '],
  ])('%s: one line says what answers and how to mend it', async (path, message) => {
    for (const command of [['status'], ['query', 'v', '--window', 'latest'], ['tail', 'v'], ['dead-letters']]) {
      const { code, out, err } = await millrace([...command, '--url', `${url}/${path}/`]);
      expect(err).toContain(`${url}/${path} `);
      expect(err).toContain(message);
      expect(err).toMatch(/^millrace [a-z-]+: [^\n]*\n$/);
      expect({ code, out }).toEqual({ code: 1, out: '' });
    }
  });

  it('nobody: it says how to start one', async () => {
    const { code, err } = await millrace(['status', '--url', 'http://127.0.0.1:9']);
    expect(err).toMatch(
      /^millrace status: no stack answers at http:\/\/127\.0\.0\.1:9 \(.+\); start one with millrace dev, or name one with --url or --stack\n$/,
    );
    expect(code).toBe(1);
  });

  it('is sent the key that is given, or that of the environment', async () => {
    keys.length = 0;
    await millrace(['status', '--url', `${url}/closed`, '--api-key', 'given']);
    process.env.MILLRACE_API_KEY = 'set';
    try {
      await millrace(['status', '--url', `${url}/closed`]);
      await millrace(['status', '--url', `${url}/closed`, '--api-key', 'given']);
    } finally {
      delete process.env.MILLRACE_API_KEY;
    }
    expect(keys).toEqual(['given', 'set', 'given']);
  });
});
