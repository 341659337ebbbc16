import { setTimeout as sleep } from 'node:timers/promises';
import { KinesisClient, ListShardsCommand, MergeShardsCommand, type Shard, SplitShardCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Random } from '../lib/dsl/generator.ts';
import { LOCAL_AWS } from '../lib/local/local-aws.ts';
import { DevProcess, type Health } from '../test/support/dev-process.ts';

const APPLICATION = new URL('./application.ts', import.meta.url).pathname;
export const STREAM = 'events';
const SHARDS = 2;
/** With this many open shards, two are merged; with fewer, one is split. */
const MANY_SHARDS = 4;
/** Milliseconds between polls for the end of a reshard, while the process is under load. */
const RESHARD_POLL = 50;

/** `millrace dev` in a process that is killed and started again over the same data. */
export class SoakStack {
  readonly #data: string;
  #process: DevProcess;
  #client: KinesisClient;
  /** whether the process is being ended from here */
  #expected = false;
  #ended = false;
  kills = 0;
  reshards = 0;

  private constructor(data: string, process: DevProcess) {
    this.#data = data;
    this.#process = process;
    this.#client = clientOf(process.urls.kinesis);
    this.#watch();
  }

  /** @param data directory that is empty, or that an earlier process left */
  static async start(data: string): Promise<SoakStack> {
    return new SoakStack(data, await startProcess(data));
  }

  get kinesis(): KinesisClient {
    return this.#client;
  }

  get dynamodb(): string {
    return this.#process.urls.dynamodb;
  }

  get pid(): number {
    return this.#process.pid;
  }

  get api(): DevProcess {
    return this.#process;
  }

  /** @throws Error when the process ended and nobody had killed it */
  checkAlive(): void {
    if (this.#ended) throw new Error('the process of millrace dev ended by itself');
  }

  async health(): Promise<Health['streams'][number]> {
    const { streams } = await this.#process.get<Health>('/v1/health');
    return streams[0] as Health['streams'][number];
  }

  /** kill -9, and a restart over the remaining data. */
  async kill(): Promise<void> {
    this.#expected = true;
    await this.#process.kill();
    this.#client.destroy();
    this.kills++;
    this.#process = await startProcess(this.#data);
    this.#expected = false;
    this.#client = clientOf(this.#process.urls.kinesis);
    this.#watch();
  }

  /** Splits a shard, or merges two that lie side by side, and waits until that is done. */
  async reshard(random: Random): Promise<string> {
    const open = (await this.shards()).filter(({ SequenceNumberRange }) => !SequenceNumberRange?.EndingSequenceNumber).sort(byRange);
    let done: string;
    if (open.length < MANY_SHARDS) {
      const shard = random.pick(open);
      const [start, end] = rangeOf(shard);
      const half = String((start + end) / 2n + 1n);
      await this.#client.send(new SplitShardCommand({ StreamName: STREAM, ShardToSplit: shard.ShardId, NewStartingHashKey: half }));
      done = `${shard.ShardId} split`;
    } else {
      const at = random.integer(open.length - 1);
      const [one, other] = [open[at]?.ShardId, open[at + 1]?.ShardId];
      await this.#client.send(new MergeShardsCommand({ StreamName: STREAM, ShardToMerge: one, AdjacentShardToMerge: other }));
      done = `${one} and ${other} merged`;
    }
    const before = open.length;
    for (;;) {
      const now = (await this.shards()).filter(({ SequenceNumberRange }) => !SequenceNumberRange?.EndingSequenceNumber);
      if (now.length !== before) break;
      await sleep(RESHARD_POLL);
    }
    this.reshards++;
    return done;
  }

  async shards(): Promise<Shard[]> {
    const { Shards = [] } = await this.#client.send(new ListShardsCommand({ StreamName: STREAM }));
    return Shards;
  }

  /** As Ctrl-C does; its exit code. */
  async stop(): Promise<number | string | null> {
    this.#expected = true;
    this.#client.destroy();
    return this.#process.stop();
  }

  /** Ends what is still running. */
  async end(): Promise<void> {
    this.#expected = true;
    this.#client.destroy();
    await this.#process.kill();
  }

  #watch(): void {
    void this.#process.exited.then(() => {
      this.#ended ||= !this.#expected;
    });
  }
}

/** A client without retries, because a record that is put again is another record. */
function clientOf(endpoint: string): KinesisClient {
  const requestHandler = new NodeHttpHandler({ requestTimeout: 10_000, throwOnRequestTimeout: true });
  return new KinesisClient({ ...LOCAL_AWS, endpoint, requestHandler, maxAttempts: 1 });
}

function startProcess(data: string): Promise<DevProcess> {
  return DevProcess.start(APPLICATION, data, '--no-generator', '--shards', String(SHARDS));
}

function rangeOf({ HashKeyRange: range }: Shard): [bigint, bigint] {
  return [BigInt(range?.StartingHashKey ?? 0), BigInt(range?.EndingHashKey ?? 0)];
}

function byRange(one: Shard, other: Shard): number {
  return rangeOf(one)[0] < rangeOf(other)[0] ? -1 : 1;
}
