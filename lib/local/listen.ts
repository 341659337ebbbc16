import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MillraceError } from '../core/errors.ts';
import { answerOwnPages } from './own-pages.ts';

/** The address of a server. */
export interface Address {
  /** name or address, e.g. `127.0.0.1` */
  readonly host: string;
  /** 0: any free one */
  readonly port: number;
}

/** A server that listens. */
export interface Listening {
  /** e.g. `http://127.0.0.1:4567` */
  readonly url: string;
  readonly port: number;
  /** Waits for requests in progress, then closes. */
  stop(): Promise<void>;
}

/** Timeouts, in milliseconds, for a request's headers and for the whole request, so that slow clients do not hold connections. */
const HEADERS_TIMEOUT = 5000;
const REQUEST_TIMEOUT = 30_000;
/** Maximum number of connections: programs on this machine, and a browser or two. */
const MOST_CONNECTIONS = 1000;

/** How long the server waits for requests in progress when it stops, in milliseconds. */
const GRACE = 3000;

/**
 * Starts a server that stops cleanly and refuses pages of other sites.
 *
 * @param what the server's name, for messages: `Kinesis`
 * @param option the port's option on the command line, for messages: `--kinesis-port`
 * @throws MillraceError `argument` if the port is in use or not permitted, or the host is not an address of this machine
 */
export async function listen(server: Server, { host, port }: Address, what: string, option: string): Promise<Listening> {
  answerOwnPages(server);
  server.headersTimeout = HEADERS_TIMEOUT;
  server.requestTimeout = REQUEST_TIMEOUT;
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(refused(error, { host, port }, what, option)));
    server.listen(port, host, () => resolve());
  });
  const bound = (server.address() as AddressInfo).port;
  return { url: `http://${reachable(host)}:${bound}`, port: bound, stop: () => stop(server) };
}

/** A host for a URL: the wildcard address is replaced, because clients cannot connect to it. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

async function stop(server: Server): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), GRACE);
  try {
    await new Promise<void>((resolve, reject) => {
      server.close((error) => (error ? reject(error) : resolve()));
    });
  } finally {
    clearTimeout(timer);
  }
}

function refused(error: NodeJS.ErrnoException, { host, port }: Address, what: string, option: string): MillraceError {
  const reasons: Record<string, string> = {
    EADDRINUSE: `port ${port} of ${host} is in use (perhaps by another millrace): choose another with ${option}, 0 for any free one`,
    EACCES: `this user has no permission to use port ${port}: choose one above 1023 with ${option}`,
    EADDRNOTAVAIL: `${host} is not an address of this machine: choose another with --host`,
    ENOTFOUND: `the host name ${host} is unknown: choose another with --host`,
  };
  const reason = reasons[error.code ?? ''] ?? error.message;
  return new MillraceError('argument', `${what} cannot start: ${reason}`, { cause: error });
}
