import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MillraceError } from '../core/errors.ts';
import { answerOwnPages } from './own-pages.ts';

/** Where a server listens. */
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
  /** Lets requests end that have begun, then closes. */
  stop(): Promise<void>;
}

/** How long, in milliseconds, a client may take for a request's headers, and for all of it: a slow one must not hold a connection for long. */
const HEADERS_TIMEOUT = 5000;
const REQUEST_TIMEOUT = 30_000;
/** Connections at once: programs on this machine, and a browser or two. */
const MOST_CONNECTIONS = 1000;

/** How long requests that have begun may take once the server is to stop, in milliseconds. */
const GRACE = 3000;

/**
 * Starts a server that can be stopped cleanly, and that pages of other sites cannot use.
 *
 * @param what the server's name, for messages: `Kinesis`
 * @param option how the port is given on the command line, for messages: `--kinesis-port`
 * @throws MillraceError `argument` when the port is taken or may not be used, or the host is none of this machine's
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

/** A host as it stands in an address one can call: every address of the machine is none. */
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
    EACCES: `port ${port} may not be used by this user: choose one above 1023 with ${option}`,
    EADDRNOTAVAIL: `${host} is no address of this machine: choose another with --host`,
    ENOTFOUND: `the host name ${host} is unknown: choose another with --host`,
  };
  const reason = reasons[error.code ?? ''] ?? error.message;
  return new MillraceError('argument', `${what} cannot start: ${reason}`, { cause: error });
}
