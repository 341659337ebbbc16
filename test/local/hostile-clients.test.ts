// What a client may do to the server of `millrace dev`: be slow, be large, ask for files.
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalStack, startLocalStack } from '../../lib/local/stack.ts';
import application from './fixtures/shop.ts';

let stack: LocalStack;
let port: number;
beforeAll(async () => {
  stack = await startLocalStack({ application, shards: 1 });
  port = Number(new URL(stack.urls.api).port);
});
afterAll(() => stack.stop());

/** Sends bytes as they are; what came back until the connection was closed. */
async function send(text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (bytes) => {
    answer += String(bytes);
  });
  socket.on('error', () => {});
  socket.write(text);
  await new Promise((resolve) => socket.on('close', resolve));
  return answer;
}

async function get(path: string, headers: Record<string, string> = {}): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, headers }, (response) => {
      let body = '';
      response.on('data', (bytes) => {
        body += String(bytes);
      });
      response.on('end', () => resolve({ status: response.statusCode, body }));
    });
    request.on('error', reject);
    request.end();
  });
}

describe('the local API', () => {
  it('hangs up on a client that does not come to the end of its headers', async () => {
    const answer = await send('GET /v1/views HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    expect(answer).toContain('408');
    expect((await get('/v1/views')).status).toBe(200);
  });

  it('does not wait for a body that nobody reads', async () => {
    const answer = await send('GET /v1/views HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\nConnection: close\r\n\r\nx');
    expect(answer).toMatch(/^HTTP\/1\.1 200/);
  });

  it.each<[string, string]>([
    ['headers of 100 KB', `GET / HTTP/1.1\r\nHost: localhost\r\nX-Large: ${'x'.repeat(100_000)}\r\n\r\n`],
    ['ten thousand headers', `GET / HTTP/1.1\r\nHost: localhost\r\n${'X: y\r\n'.repeat(10_000)}\r\n`],
    ['a path of 100 KB', `GET /${'x'.repeat(100_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`],
    ['no HTTP', '\u0016\u0003\u0001\u0002\r\n\r\n'],
    [
      'two lengths',
      'POST /v1/sql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n',
    ],
  ])('refuses %s', async (_, text) => {
    const answer = await send(text);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect((await get('/v1/views')).status).toBe(200);
  });

  it.each([
    '/../package.json',
    '/../../../../etc/passwd',
    '/..%2f..%2f..%2fetc%2fpasswd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/....//....//etc/passwd',
    '/..\\..\\etc\\passwd',
    '/v1/views/..%2f..%2fpackage.json',
    '/v1/views/%00/rows',
    '/v1/streams/..%2f..%2f/dead-letters',
    '/package.json',
    '/.millrace/shop-positions.json',
    'file:///etc/passwd',
    'http://localhost/etc/passwd',
  ])('has no files: %s', async (path) => {
    const { status, body } = await get(path);
    expect([400, 404]).toContain(status);
    expect(body).not.toMatch(/root:|"dependencies"|positions"/);
  });
});
