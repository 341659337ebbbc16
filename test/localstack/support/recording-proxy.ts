import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type Call, Calls } from './calls.ts';

/** Stands between functions and LocalStack: it records what each calls, and can refuse writes as DynamoDB does when it throttles. */
export class RecordingProxy {
  readonly #endpoint: string;
  readonly #server = createServer((request, response) => void this.#handle(request, response));
  readonly #calls = new Calls();
  #throttles = false;
  #throttled = 0;

  private constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  /** @param endpoint where LocalStack answers, from this machine */
  static async start(endpoint: string): Promise<RecordingProxy> {
    const proxy = new RecordingProxy(endpoint);
    await new Promise<void>((resolve) => proxy.#server.listen(0, resolve));
    return proxy;
  }

  /** Where a function finds it, from within the container. */
  urlFor(name: string): string {
    return `http://host.docker.internal:${(this.#server.address() as AddressInfo).port}/${name}`;
  }

  /** Every different call so far. */
  get calls(): readonly Call[] {
    return this.#calls.all;
  }

  /** Refuses what writes to DynamoDB while some work is done. @returns how many requests were refused */
  async throttling(work: () => Promise<void>): Promise<number> {
    this.#throttled = 0;
    this.#throttles = true;
    try {
      await work();
    } finally {
      this.#throttles = false;
    }
    return this.#throttled;
  }

  /** How many requests it has refused since it last began to. */
  get throttled(): number {
    return this.#throttled;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const [, name = '', path = '/'] = /^\/([^/?]+)(.*)$/.exec(incoming.url ?? '') ?? [];
    const target = String(incoming.headers['x-amz-target'] ?? '');
    if (this.#throttles && /^DynamoDB_.*\.(Put|Update|BatchWrite)/.test(target)) {
      this.#throttled++;
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(
        JSON.stringify({ __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException', message: 'too many' }),
      );
      return;
    }
    const { host: _, ...headers } = incoming.headers;
    const forwarded = request(this.#endpoint + (path || '/'), { method: incoming.method, headers }, async (answer) => {
      const answered = await buffer(answer);
      this.#calls.note({ name, target, path, body: body.toString(), answer: answered.toString() });
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.end(answered);
    });
    forwarded.on('error', () => response.destroy());
    forwarded.end(body);
  }
}
