import { createHash } from 'node:crypto';
import { mkdir, realpath, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MillraceError } from '../core/errors.ts';

/** Prefixes of socket names without a file. */
const SOCKETS: Partial<Record<NodeJS.Platform, (name: string) => string>> = {
  // https://nodejs.org/api/net.html#identifying-paths-for-ipc-connections
  linux: (name) => `\0${name}`,
  win32: (name) => `\\\\.\\pipe\\${name}`,
};

/**
 * Creates a data directory and locks it for this process, because two processes would corrupt each other's data.
 * The lock is a socket, which the system closes however the process ends. On Linux and Windows it has no file. Elsewhere the
 * file remains if the process is killed, and the next process replaces it.
 *
 * @returns a function that releases the lock
 * @throws MillraceError `argument` if the directory cannot be created or another process has locked it
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

/** A server at the socket; `undefined` if there already is one, or the socket of one that has ended. */
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
