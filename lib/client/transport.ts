import { clientError } from './client-error.ts';

/** How requests are sent. */
export interface TransportOptions {
  /** the URL of the API, as `cdk deploy` or `npm start` prints it */
  readonly url: string | URL;
  /** sent as `x-api-key` */
  readonly apiKey?: string;
  /** further headers, e.g. for IAM or a proxy */
  readonly headers?: Readonly<Record<string, string>>;
  /** the fetch function; default the global one */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** how often a request is retried after status 429, 502, 503 or 504, or without an answer; default 4 */
  readonly retries?: number;
}

/** An answer. */
export interface Answer {
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

/** A request: GET, or POST if it has a body, which is sent as JSON. All requests are read-only. */
export interface Asked {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** Sends a request, with retries where they can help. */
export type Transport = (asked: Asked) => Promise<Answer>;

const RETRIED: readonly number[] = [429, 502, 503, 504];
const FIRST_WAIT = 100;
const LONGEST_WAIT = 5_000;
const LONGEST_ASKED_WAIT = 60_000;

/** Makes a transport. */
export function createTransport(options: TransportOptions): Transport {
  const base = String(options.url).replace(/\/+$/, '');
  // Browsers' fetch must be called as the global's method.
  const send = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const retries = options.retries ?? 4;
  const headers = {
    accept: 'application/json',
    ...options.headers,
    ...(options.apiKey === undefined ? {} : { 'x-api-key': options.apiKey }),
  };

  return async ({ path, query = {}, body, signal }) => {
    const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const url = `${base}${path}${given.length === 0 ? '' : `?${new URLSearchParams(given)}`}`;
    const request: RequestInit = { ...(body === undefined ? { headers } : posted(body, headers)), ...(signal ? { signal } : {}) };
    for (let attempt = 0; ; attempt++) {
      let response: Response;
      let text: string;
      try {
        response = await send(url, request);
        text = await response.text();
      } catch (error) {
        if (signal?.aborted || attempt >= retries) throw error;
        await pause(backoff(attempt), signal);
        continue;
      }
      if (response.ok) return { body: JSON.parse(text) as Answer['body'], headers: response.headers };
      const wait = retryAfter(response.headers.get('retry-after')) ?? backoff(attempt);
      if (!RETRIED.includes(response.status) || attempt >= retries || wait > LONGEST_ASKED_WAIT)
        throw clientError(response.status, base + path, text);
      await pause(wait, signal);
    }
  };
}

/** JSON has no BigInt, so it is sent as text, like in results. */
function posted(body: unknown, headers: Readonly<Record<string, string>>): RequestInit {
  return {
    method: 'POST',
    body: JSON.stringify(body, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
    headers: { ...headers, 'content-type': 'application/json' },
  };
}

/**
 * Exponential backoff with full jitter.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
function backoff(attempt: number): number {
  return Math.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt);
}

/** The delay of a Retry-After header in milliseconds; the header has seconds or a date. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
