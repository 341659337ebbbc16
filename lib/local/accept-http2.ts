import type { Server } from 'node:http';
import { createServer, type Http2ServerRequest, type Http2ServerResponse, type ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';

/** How an HTTP/2 connection without TLS starts (RFC 9113, section 3.4: `PRI * HTTP/2.0`). No request of HTTP/1 has a method like it. */
const PREFACE = 'PRI ';

/** How long a connection may take to send that many bytes, in milliseconds. */
const PREFACE_TIMEOUT = 5000;

/**
 * Makes a server of HTTP/1 answer HTTP/2 on the same port, with the same `request` listeners: the AWS SDK for JavaScript calls Kinesis by
 * HTTP/2 unless it is told otherwise.
 */
export function acceptHttp2(server: Server): void {
  const sockets = new Set<Socket>();
  const undecided = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  const http2 = createServer((request, response) => {
    server.emit('request', likeHttp1(request), withoutFraming(response));
  });
  http2.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });

  const http1 = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    undecided.add(socket);
    socket.once('close', () => undecided.delete(socket));
    whenDecided(socket, (isHttp2) => {
      undecided.delete(socket);
      if (isHttp2) {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
        // The session itself reads what was put back.
        http2.emit('connection', socket);
      } else {
        for (const accept of http1) accept.call(server, socket);
        socket.resume();
      }
    });
  });

  const close = server.close;
  server.close = (done) => {
    for (const socket of undecided) socket.destroy();
    for (const session of sessions) session.close();
    return close.call(server, done);
  };
  const closeAllConnections = server.closeAllConnections;
  server.closeAllConnections = () => {
    // destroy() of a session that is closing waits for its client.
    for (const socket of sockets) socket.destroy();
    closeAllConnections.call(server);
  };
}

/** Reads the first bytes of a connection, puts them back, and tells whether they are those of HTTP/2. */
function whenDecided(socket: Socket, decide: (isHttp2: boolean) => void): void {
  let start: Buffer = Buffer.alloc(0);
  const hangUp = () => socket.destroy();
  const read = (bytes: Buffer) => {
    start = Buffer.concat([start, bytes]);
    const first = start.toString('latin1', 0, PREFACE.length);
    if (first.length < PREFACE.length && PREFACE.startsWith(first)) return;
    socket.off('data', read).off('error', hangUp).off('end', hangUp).setTimeout(0).off('timeout', hangUp);
    socket.pause();
    socket.unshift(start);
    decide(first === PREFACE);
  };
  socket.on('data', read).on('error', hangUp).on('end', hangUp).setTimeout(PREFACE_TIMEOUT, hangUp);
}

/** A request whose host is where HTTP/1 has it. */
function likeHttp1(request: Http2ServerRequest): Http2ServerRequest {
  request.headers.host ??= request.authority;
  return request;
}

/** A response that drops the header of HTTP/1 that HTTP/2 does not permit, and that kinesalite sets when a request is too large. */
function withoutFraming(response: Http2ServerResponse): Http2ServerResponse {
  const setHeader = response.setHeader;
  response.setHeader = (name, value) => {
    if (name.toLowerCase() !== 'transfer-encoding') setHeader.call(response, name, value);
  };
  return response;
}
