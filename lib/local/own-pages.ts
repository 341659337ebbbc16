import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';

/**
 * Has a server refuse what pages of other sites send. A browser on this machine reaches whatever listens here, and runs what any site
 * sends it: the emulators allow every origin and take any credentials; and a site whose name comes to mean 127.0.0.1 is, to the browser,
 * the same site as this server (DNS rebinding). So one that listens on a loopback address is asked by names of this machine alone; others
 * may be known by any.
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
    return 'this server is for its own machine, and was called by a name that others can have: call it 127.0.0.1 or localhost, or let it listen to others by --host';
  }
  if (origin === undefined) return undefined;
  const page = hostIn(origin);
  return page !== undefined && (page === called || isOwn(page)) ? undefined : 'pages of other sites are not answered';
}

/** Names that no site can have: without a dot, or in a domain that is reserved for machines themselves (RFC 6761) and their networks. */
function isOwn(name: string): boolean {
  const address = bare(name);
  if (isIP(address) === 6) return address === '::1';
  if (isIP(address) === 4) return address.startsWith('127.');
  return !name.includes('.') || /\.(localhost|internal)$/.test(name);
}

function bare(name: string): string {
  return name.replace(/^\[|\]$/g, '');
}

/** The host in a URL, in lower case; `undefined` when there is none. */
function hostIn(url: string): string | undefined {
  return URL.parse(url)?.hostname.replace(/\.$/, '') || undefined;
}
