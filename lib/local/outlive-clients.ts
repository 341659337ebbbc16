import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/**
 * The emulators throw outside of any promise when a client disconnects before the answer, which would crash the process.
 */
export function outliveClients(server: Server): void {
  const handlers = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    for (const handle of handlers) handle.call(server, request, response);
    request.removeAllListeners('error');
    request.on('error', () => {});
  });
}
