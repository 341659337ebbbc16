import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';

/**
 * Makes a server refuse requests from pages of other sites. A browser on this machine can reach every local server and runs scripts of any
 * site, while the emulators allow every origin and accept any credentials. A site whose name starts to resolve to 127.0.0.1 is, for the browser,
 * the same site as this server (DNS rebinding). So a server on a loopback address accepts only host names of this machine. Other servers
 * accept any host name.
 */
export function answerOwnPages(server: Server): void {
  const handlers = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
  let ownOnly = true;
  server.once('listening', () => {
    ownOnly = isOwn((server.address() as AddressInfo).address);
  });
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const why = refusal(request.headers, ownOnly);
    if (why === undefined) for (const handle of handlers) handle.call(server, request, response);
    else response.writeHead(403, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify({ message: why }));
  });
}

function refusal({ host, origin }: IncomingMessage['headers'], ownOnly: boolean): string | undefined {
  const called = host === undefined ? undefined : hostIn(`http://${host}`);
  if (ownOnly && host !== undefined && (called === undefined || (!isOwn(called) && isIP(bare(called)) === 0))) {
    return 'this server is for this machine only, and the host name of the request can belong to another site: use 127.0.0.1 or localhost, or set --host to accept other names';
  }
  if (origin === undefined) return undefined;
  const page = hostIn(origin);
  return page !== undefined && (page === called || isOwn(page)) ? undefined : 'requests from pages of other sites are refused';
}

/** Names that no site can have: without a dot, or in a domain reserved for local machines and networks (RFC 6761). */
function isOwn(name: string): boolean {
  const address = bare(name);
  if (isIP(address) === 6) return address === '::1';
  if (isIP(address) === 4) return address.startsWith('127.');
  return !name.includes('.') || /\.(localhost|internal)$/.test(name);
}

function bare(name: string): string {
  return name.replace(/^\[|\]$/g, '');
}

/** The host in a URL, in lower case; `undefined` if there is none. */
function hostIn(url: string): string | undefined {
  return URL.parse(url)?.hostname.replace(/\.$/, '') || undefined;
}
