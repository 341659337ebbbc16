import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutRecordCommand } from '@aws-sdk/client-kinesis';
import { localKinesis } from '../support/put-all.ts';

/** A project as `millrace init` made it. */
export class NewProject {
  readonly directory: string;
  readonly #env: NodeJS.ProcessEnv;

  /** @param directory made here, and named like the application */
  constructor(directory: string, env: NodeJS.ProcessEnv) {
    this.directory = directory;
    this.#env = env;
  }

  /**
   * Makes and installs it.
   *
   * @param millrace the command of a package that is installed
   * @param tarball that package: the version a new project names is not published yet
   * @param installed packages of another project, which are not unpacked again
   */
  make(millrace: string, tarball: string, installed: string, options: readonly string[]): void {
    execFileSync(millrace, ['init', this.directory, ...options], { env: this.#env });
    const file = join(this.directory, 'package.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as { dependencies: object };
    writeFileSync(file, JSON.stringify({ ...manifest, dependencies: { ...manifest.dependencies, millrace: `file:${tarball}` } }));
    renameSync(installed, join(this.directory, 'node_modules'));
    this.run('npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error');
  }

  /** Runs a program in it, or a package's command; gives what it printed. */
  run(command: string, ...args: string[]): string {
    const path = command === 'npm' ? command : join(this.directory, 'node_modules/.bin', command);
    return execFileSync(path, args, { cwd: this.directory, env: this.#env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** `npm start` on free ports while something is done with its addresses. */
  async whileStarted(use: (urls: { readonly api: string; readonly kinesis: string }) => Promise<void>): Promise<void> {
    const args = ['start', '--', '--api-port', '0', '--kinesis-port', '0', '--dynamodb-port', '0'];
    const child = spawn('npm', args, { cwd: this.directory, env: this.#env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
    });
    try {
      for (let tries = 0; !said.includes('put-record'); tries++) {
        if (tries > 2400 || child.exitCode !== null) throw new Error(`it did not start: ${said}`);
        await sleep(50);
      }
      const url = (what: string): string => new RegExp(`${what} +(http://[\\d.:]+)`).exec(said)?.[1] as string;
      await use({ api: url('dashboard'), kinesis: url('Kinesis') });
    } finally {
      const closed = once(child, 'close');
      // npm, the shell it starts and what that starts.
      process.kill(-(child.pid as number), 'SIGKILL');
      await closed;
    }
  }
}

/** Puts a click. */
export async function click(kinesis: string, event: object): Promise<void> {
  const client = localKinesis(kinesis);
  await client
    .send(new PutRecordCommand({ StreamName: 'clicks', PartitionKey: 'ann', Data: Buffer.from(JSON.stringify(event)) }))
    .finally(() => client.destroy());
}
