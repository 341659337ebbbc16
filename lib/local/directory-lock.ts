import { createHash } from 'node:crypto';
import { mkdir, realpath, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MillraceError } from '../core/errors.ts';

/** Names of sockets without a file. */
const SOCKETS: Partial<Record<NodeJS.Platform, (name: string) => string>> = {
  // https://nodejs.org/api/net.html#identifying-paths-for-ipc-connections
  linux: (name) => `\0${name}`,
  win32: (name) => `\\\\.\\pipe\\${name}`,
};

/**
 * Makes a data directory and holds it for this process alone: two would spoil each other's data.
 *
 * What holds it is a socket the system closes with the process, however that ends. On Linux and Windows it has no file; elsewhere the
 * file stays when the process is killed, and the next one takes its place.
 *
 * @returns a function that lets go
 * @throws MillraceError `argument` when the directory cannot be made or another process holds it
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  let path: string;
  try {
    await mkdir(directory, { recursive: true });
    path = await realpath(directory);
  } catch (cause) {
    throw new MillraceError('argument', `the data directory ${directory} cannot be used: ${(cause as Error).message}`, { cause });
  }
  const name = `millrace-${createHash('sha256').update(path).digest('hex').slice(0, 24)}`;
  const socket = SOCKETS[process.platform]?.(name) ?? join(tmpdir(), `${name}.sock`);
  const server = (await bind(socket)) ?? ((await answers(socket)) ? undefined : await rebind(socket));
  if (!server) {
    throw new MillraceError(
      'argument',
      `the data directory ${directory} is in use by another millrace: stop that one, or choose another directory with --data`,
    );
  }
  return () => new Promise((resolve) => server.close(() => resolve()));
}

/** A server at the socket; `undefined` when there is one already, or the socket of one that has ended. */
function bind(socket: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((connection) => connection.destroy());
    server.unref();
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen(socket, () => resolve(server));
  });
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    connection.once('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.once('error', () => resolve(false));
  });
}

async function rebind(socket: string): Promise<Server | undefined> {
  await unlink(socket).catch(() => {});
  return bind(socket);
}
