import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { OutgoingHttpHeaders } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient, ListShardsCommand, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DynamoServer, startDynamoServer } from '../../lib/local/dynamodb-server.ts';
import { type KinesisServer, startKinesisServer } from '../../lib/local/kinesis-server.ts';
import { LOCAL_AWS } from '../../lib/local/local-aws.ts';

const LOCAL = { host: '127.0.0.1', port: 0 };
const KILLED = new URL('./fixtures/emulators.ts', import.meta.url).pathname;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function recordsOf({ client }: KinesisServer, stream: string): Promise<string[]> {
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: stream }));
  const found: string[] = [];
  for (const { ShardId } of Shards) {
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({ StreamName: stream, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator }));
    for (const { Data } of Records) found.push(Buffer.from(Data as Uint8Array).toString());
  }
  return found;
}

async function put({ client }: KinesisServer, stream: string, values: readonly string[]): Promise<void> {
  await client.send(
    new PutRecordsCommand({
      StreamName: stream,
      Records: values.map((value) => ({ PartitionKey: value.slice(0, 9), Data: Buffer.from(value) })),
    }),
  );
}

async function putItem({ client }: DynamoServer, table: string, sk: string): Promise<void> {
  await client.send(new PutItemCommand({ TableName: table, Item: { pk: { S: 'p' }, sk: { S: sk } } }));
}

async function hasItem({ client }: DynamoServer, table: string, sk: string): Promise<boolean> {
  return (await client.send(new GetItemCommand({ TableName: table, Key: { pk: { S: 'p' }, sk: { S: sk } } }))).Item !== undefined;
}

describe('the emulators', () => {
  it('make streams and tables once, and keep what was put over a restart', async () => {
    for (const round of [1, 2]) {
      const kinesis = await startKinesisServer({ ...LOCAL, directory });
      const dynamo = await startDynamoServer({ ...LOCAL, directory });
      const { arn, created } = await kinesis.createStream('clicks', 3);
      expect(arn).toBe('arn:aws:kinesis:us-east-1:000000000000:stream/clicks');
      expect(created).toBe(round === 1);
      const { stateTable, resultsTable } = await dynamo.createTables('shop');
      await put(kinesis, 'clicks', [`${round}-a`, `${round}-b`, `${round}-c`]);
      await putItem(dynamo, stateTable, `${round}`);
      if (round === 2) {
        expect((await recordsOf(kinesis, 'clicks')).sort()).toEqual(['1-a', '1-b', '1-c', '2-a', '2-b', '2-c']);
        expect(await hasItem(dynamo, stateTable, '1')).toBe(true);
        expect(await hasItem(dynamo, resultsTable, '1')).toBe(false);
      }
      await Promise.all([kinesis.stop(), dynamo.stop()]);
    }
  });

  it('keep nothing without a directory', async () => {
    const kinesis = await startKinesisServer(LOCAL);
    await kinesis.createStream('clicks', 1);
    await kinesis.stop();
    const again = await startKinesisServer(LOCAL);
    expect((await again.createStream('clicks', 1)).created).toBe(true);
    await again.stop();
  });

  it('name the port and the option when the port is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    await expect(startKinesisServer({ host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'argument',
      message: `Kinesis cannot start: port ${port} of 127.0.0.1 is in use (perhaps by another millrace): choose another with --kinesis-port, 0 for any free one`,
    });
    await expect(startDynamoServer({ host: '127.0.0.1', port })).rejects.toThrow(`port ${port} of 127.0.0.1 is in use`);
    await expect(startDynamoServer({ host: '127.0.0.1', port })).rejects.toThrow('--dynamodb-port');
    await expect(startKinesisServer({ host: '192.0.2.1', port: 0 })).rejects.toThrow('--host');
    await new Promise((resolve) => taken.close(resolve));
  });

  it('answer clients of HTTP/2, which the SDK is by default for Kinesis, and wait for none of them to leave', async () => {
    const kinesis = await startKinesisServer(LOCAL);
    await kinesis.createStream('clicks', 2);
    const byHttp2 = new KinesisClient({ ...LOCAL_AWS, endpoint: kinesis.url });
    const values = Array.from({ length: 20 }, (_, i) => `${i}-${'x'.repeat(200_000)}`);
    await Promise.all(values.map((value) => put({ ...kinesis, client: byHttp2 }, 'clicks', [value])));
    expect((await recordsOf({ ...kinesis, client: byHttp2 }, 'clicks')).sort()).toEqual([...values].sort());
    expect((await recordsOf(kinesis, 'clicks')).sort()).toEqual([...values].sort());
    await expect(byHttp2.send(new ListShardsCommand({ StreamName: 'nope' }))).rejects.toThrow(
      'Stream nope under account 000000000000 not found',
    );
    await kinesis.stop();
    byHttp2.destroy();
  });

  it('refuse by HTTP/2 what they refuse by HTTP/1, and stop although that client stays', async () => {
    const kinesis = await startKinesisServer(LOCAL);
    const session = connectHttp2(kinesis.url);
    const status = async (headers: OutgoingHttpHeaders, body?: Buffer): Promise<number | undefined> => {
      const stream = session.request({ ':method': 'POST', ':path': '/', ...headers });
      stream.on('error', () => {});
      stream.end(body);
      const [answer] = await once(stream, 'response');
      stream.close();
      return answer[':status'];
    };
    expect(await status({}, Buffer.alloc(8 * 1024 * 1024))).toBe(413);
    expect(await status({ ':authority': 'other.example' })).toBe(403);
    expect(await status({ origin: 'https://other.example' })).toBe(403);
    expect((await kinesis.createStream('clicks', 1)).created).toBe(true);
    // Neither the client nor the bytes that nobody reads keep the server open.
    await kinesis.stop();
    session.destroy();
  });

  it('read a request that arrives byte by byte, and stop although a client has sent nothing', async () => {
    const kinesis = await startKinesisServer(LOCAL);
    const slow = connect(kinesis.port, '127.0.0.1').setNoDelay();
    const answer: Buffer[] = [];
    slow.on('data', (bytes) => answer.push(bytes));
    for (const byte of 'PUT / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n') {
      slow.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await once(slow, 'close');
    expect(Buffer.concat(answer).toString()).toMatch(/^HTTP\/1\.1 403 /);
    const silent = connect(kinesis.port, '127.0.0.1');
    silent.on('error', () => {});
    await once(silent, 'connect');
    const closed = once(silent, 'close');
    await kinesis.stop();
    await closed;
  });

  it('outlive a client that goes away in the middle of a request', async () => {
    const kinesis = await startKinesisServer(LOCAL);
    const dynamo = await startDynamoServer(LOCAL);
    for (const { port } of [kinesis, dynamo]) {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"half"');
      await new Promise((resolve) => setTimeout(resolve, 50));
      socket.destroy();
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await kinesis.createStream('clicks', 1)).created).toBe(true);
    await dynamo.createTables('shop');
    await Promise.all([kinesis.stop(), dynamo.stop()]);
  });

  it('lose nothing acknowledged to kill -9', async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < 3; round++) {
      const child: ChildProcess = spawn(process.execPath, [KILLED, directory, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] });
      const exited = once(child, 'exit');
      const enough = 60 * (round + 1);
      for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
        acknowledged.push(line);
        if (acknowledged.length === enough) child.kill('SIGKILL');
      }
      expect((await exited)[1]).toBe('SIGKILL');
    }
    const kinesis = await startKinesisServer({ ...LOCAL, directory });
    const dynamo = await startDynamoServer({ ...LOCAL, directory });
    const records = await recordsOf(kinesis, 'clicks');
    const missing = acknowledged.filter((value) => !records.includes(value));
    expect(missing).toEqual([]);
    for (const value of acknowledged) expect(await hasItem(dynamo, 'shop-state', value)).toBe(true);
    expect(new Set(records).size).toBe(records.length);
    await Promise.all([kinesis.stop(), dynamo.stop()]);
  });
});
