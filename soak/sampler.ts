import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createDynamoClient } from '../lib/aws/dynamodb/dynamo-client.ts';
import { createDynamoStore } from '../lib/aws/dynamodb/dynamo-store.ts';
import { LOCAL_AWS } from '../lib/local/local-aws.ts';
import { type SoakStack, STREAM } from './stack.ts';

/** A sample of the stack's health. */
export interface Sample {
  /** seconds since the beginning */
  readonly at: number;
  readonly rate: number;
  readonly acknowledged: number;
  /** events in the log */
  readonly committed: number;
  readonly late: number;
  readonly dead: number;
  /** resident memory of the process, MiB */
  readonly rss: number;
  /** shards that take records, and tasks there are */
  readonly open: number;
  readonly tasks: number;
  /** entries of all logs together */
  readonly entries: number;
  /** entries that a cold start of a task has to read besides its checkpoint: of the task with most, and of all together */
  readonly mostUncovered: number;
  readonly uncovered: number;
  /** the DynamoDB emulator's directory, MiB */
  readonly disk: number;
  readonly kills: number;
  readonly reshards: number;
}

const MIB = 2 ** 20;
const run = promisify(execFile);

/** Looks at the stack; `undefined` while it does not answer. */
export async function sample(
  stack: SoakStack,
  data: string,
  known: Pick<Sample, 'at' | 'rate' | 'acknowledged'>,
): Promise<Sample | undefined> {
  const client = createDynamoClient({ ...LOCAL_AWS, endpoint: stack.dynamodb, maxAttempts: 1 });
  try {
    const rss = await residentMemory(stack.pid);
    const { shards } = await stack.health();
    const { checkpoints } = createDynamoStore({ client, stateTable: 'soak-state', resultsTable: 'soak-results' });
    const uncovered: number[] = [];
    for (const { shard, entries } of shards) {
      const manifest = await checkpoints.manifest({ application: 'soak', stream: STREAM, shard });
      uncovered.push(entries - (manifest?.index ?? 0));
    }
    const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
    return {
      ...known,
      committed: total(shards.map(({ events }) => events)),
      late: total(shards.map(({ late }) => late)),
      dead: total(shards.map(({ dead }) => dead)),
      rss: Math.round(rss / MIB),
      open: shards.filter(({ ended }) => !ended).length,
      tasks: shards.length,
      entries: total(shards.map(({ entries }) => entries)),
      mostUncovered: Math.max(0, ...uncovered),
      uncovered: total(uncovered),
      disk: Math.round((await sizeOf(join(data, 'dynamodb'))) / MIB),
      kills: stack.kills,
      reshards: stack.reshards,
    };
  } catch {
    stack.checkAlive();
    return undefined;
  } finally {
    client.destroy();
  }
}

/** Bytes of a process that are in memory. */
async function residentMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => undefined);
  const kilobytes =
    status === undefined ? (await run('ps', ['-o', 'rss=', '-p', String(pid)])).stdout : /^VmRSS:\s*(\d+)/m.exec(status)?.[1];
  return Number(kilobytes) * 1024;
}

async function sizeOf(directory: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(directory)) {
    const file = await stat(join(directory, name)).catch(() => undefined);
    bytes += file?.size ?? 0;
  }
  return bytes;
}
