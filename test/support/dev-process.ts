import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const MAIN = new URL('../../lib/cli/main.ts', import.meta.url).pathname;

/** How a shard's task is doing, as `/v1/health` says. */
export interface Health {
  readonly streams: readonly {
    readonly watermark: string | null;
    readonly shards: readonly {
      readonly shard: string;
      readonly entries: number;
      readonly events: number;
      readonly late: number;
      readonly dead: number;
      readonly ended: boolean;
    }[];
    readonly views: readonly { readonly view: string; readonly merged_through: string | null }[];
  }[];
}

/** `millrace dev` in a process of its own, on free ports, over a directory that outlives it. */
export class DevProcess {
  readonly #child: ChildProcess;
  readonly pid: number;
  readonly urls: { readonly api: string; readonly kinesis: string; readonly dynamodb: string };
  /** comes when it has ended, with its exit code or the signal that ended it */
  readonly exited: Promise<number | string | null>;

  private constructor(child: ChildProcess, exited: DevProcess['exited'], urls: DevProcess['urls']) {
    this.#child = child;
    this.pid = child.pid as number;
    this.exited = exited;
    this.urls = urls;
  }

  static async start(app: string, data: string, ...options: string[]): Promise<DevProcess> {
    const ports = ['--api-port', '0', '--kinesis-port', '0', '--dynamodb-port', '0'];
    const child = spawn(process.execPath, [MAIN, 'dev', app, '--data', data, ...ports, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
    const exited = once(child, 'exit').then(([code, signal]: (number | string | null)[]) => code ?? signal ?? null);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        said += chunk;
      });
    }
    for (let tries = 0; !said.includes('put-record'); tries++) {
      if (tries > 1200 || child.exitCode !== null) throw new Error(`it did not start: ${said}`);
      await sleep(50);
    }
    const url = (name: string): string => new RegExp(`${name} +(http://[\\d.:]+)`).exec(said)?.[1] as string;
    return new DevProcess(child, exited, { api: url('dashboard'), kinesis: url('Kinesis'), dynamodb: url('DynamoDB') });
  }

  /** kill -9 */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
  }

  /** As Ctrl-C does; its exit code. */
  stop(): Promise<number | string | null> {
    this.#child.kill('SIGINT');
    return this.exited;
  }

  async get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.urls.api}${path}`);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** Every row of a view, window by window. */
  async allRows(view: string): Promise<Record<string, unknown>[]> {
    interface Page {
      readonly rows: Record<string, unknown>[];
      readonly next: string | null;
    }
    const all = async (path: string): Promise<Record<string, unknown>[]> => {
      const rows: Record<string, unknown>[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page: Page = await this.get(`${path}limit=1000${cursor && `&cursor=${cursor}`}`);
        rows.push(...page.rows);
        cursor = page.next;
      }
      return rows;
    };
    const rows: Record<string, unknown>[] = [];
    for (const { window_start } of await all(`/v1/views/${view}/windows?`)) {
      rows.push(...(await all(`/v1/views/${view}/rows?window=${window_start}&`)));
    }
    return rows;
  }
}
