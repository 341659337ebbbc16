// What a page of another site may do to the servers of `millrace dev`, through the browser of whoever looks at it: nothing.
import { createServer, request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../lib/local/listen.ts';
import { type LocalStack, startLocalStack } from '../../lib/local/stack.ts';
import application from './fixtures/shop.ts';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack({ application, shards: 1 });
});
afterAll(() => stack.stop());

const EVIL = 'http://evil.example';
const AMZ = {
  authorization: 'AWS4-HMAC-SHA256 Credential=x/1/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=x',
  'x-amz-date': 'x',
};
/** A request that each server answers. */
const REQUESTS = {
  api: { method: 'GET', path: '/v1/views', headers: {}, body: '' },
  kinesis: {
    method: 'POST',
    path: '/',
    headers: { ...AMZ, 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'Kinesis_20131202.ListStreams' },
    body: '{}',
  },
  dynamodb: {
    method: 'POST',
    path: '/',
    headers: { ...AMZ, 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.ListTables' },
    body: '{}',
  },
};
type Name = keyof typeof REQUESTS;

interface Answer {
  readonly status: number | undefined;
  readonly allowed: string | undefined;
}

async function send(port: number, { method, path, headers, body }: (typeof REQUESTS)[Name]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      response.resume();
      const allowed = response.headers['access-control-allow-origin'];
      response.on('end', () => resolve({ status: response.statusCode, allowed }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

function ask(name: Name, more: Record<string, string>, method: string = REQUESTS[name].method): Promise<Answer> {
  const asked = REQUESTS[name];
  return send(Number(new URL(stack.urls[name]).port), { ...asked, method, headers: { ...asked.headers, ...more } });
}

describe.each(Object.keys(REQUESTS) as Name[])('%s', (name) => {
  it.each([EVIL, 'null', 'https://127.0.0.1.evil.example', 'http://localhost.evil.example:8080', 'file://'])(
    'refuses a page of %s, and lets it read nothing',
    async (origin) => {
      expect(await ask(name, { origin })).toEqual({ status: 403, allowed: undefined });
      const preflight = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-amz-target' };
      expect(await ask(name, preflight, 'OPTIONS')).toEqual({ status: 403, allowed: undefined });
    },
  );

  it.each(['evil.example', 'evil.example:8080', '127.0.0.1.evil.example', 'evil.example.', 'LOCALHOST.EVIL.EXAMPLE', 'a b'])(
    'refuses what is sent to %s, a name that may have come to mean this machine',
    async (host) => {
      expect((await ask(name, { host })).status).toBe(403);
      expect((await ask(name, { host, origin: `http://${host}` })).status).toBe(403);
    },
  );

  it.each([
    { host: 'localhost' },
    { host: 'LOCALHOST:8080' },
    { host: '[::1]:8080' },
    { host: 'shop.localhost:8080' },
    { host: 'host.docker.internal:4567' },
    { host: 'millrace:4567' },
    { host: '192.168.1.2' },
    { origin: 'http://localhost:5173' },
    { origin: 'http://127.0.0.1:8080' },
  ])('answers programs and pages of this machine: %o', async (headers) => {
    expect((await ask(name, headers as Record<string, string>)).status).toBe(200);
  });
});

it('a server that listens to others answers by whatever name they know, and only its own pages', async () => {
  const server = createServer((_, response) => response.end());
  const { port, stop } = await listen(server, { host: '0.0.0.0', port: 0 }, 'It', '--port');
  const get = async (headers: Record<string, string>) => (await send(port, { method: 'GET', path: '/', headers, body: '' })).status;
  expect(await get({ host: 'shop.example' })).toBe(200);
  expect(await get({ host: 'shop.example:8080', origin: 'http://shop.example:8080' })).toBe(200);
  expect(await get({ host: 'shop.example', origin: EVIL })).toBe(403);
  await stop();
});
