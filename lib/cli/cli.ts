import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { MillraceError } from '../core/errors.ts';
import type { Command, Given } from './command.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** Commands by name; each is loaded only when it is called, so that `--help` answers at once. */
const COMMANDS: Readonly<Record<string, { readonly summary: string; readonly load: () => Promise<Command> }>> = {
  dev: { summary: 'runs an application here: Kinesis, DynamoDB, REST, dashboard', load: async () => (await import('./dev.ts')).dev },
  run: { summary: 'runs a view over NDJSON files and prints its final rows', load: async () => (await import('./run.ts')).run },
  explain: {
    summary: 'prints what an application does: per shard, after the merge, state, writes',
    load: async () => (await import('./explain.ts')).explain,
  },
  types: { summary: 'prints TypeScript types of the rows of an application’s views', load: async () => (await import('./types.ts')).types },
  why: { summary: 'tells what becomes of an event: why is my row missing?', load: async () => (await import('./why.ts')).why },
};

const HELP = `Usage: millrace COMMAND [options]

Exactly-once, event-time windowed aggregation on Kinesis, Lambda and DynamoDB.

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(7)}   ${summary}`)
  .join('\n')}

  millrace COMMAND --help   tells a command's options
  millrace --version        prints the version
`;

/**
 * What `millrace` does.
 *
 * @param args what follows the command's name
 * @returns the process' exit code: 0, 1 when something failed, 2 when it was called wrongly or the application is mistaken
 */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined) {
    terminal.err(HELP);
    return 2;
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    await terminal.out(HELP);
    return 0;
  }
  if (name === '--version' || name === '-v') {
    await terminal.out(`${version()}\n`);
    return 0;
  }
  const known = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!known) {
    terminal.err(
      `millrace: there is no ${name.startsWith('-') ? 'option' : 'command'} "${name}"; there are ${Object.keys(COMMANDS).join(', ')}: see millrace --help\n`,
    );
    return 2;
  }
  const command = await known.load();
  try {
    const given = parse(command, rest);
    if (given.values.help === true) {
      await terminal.out(command.help);
      return 0;
    }
    return await command.run(given, terminal);
  } catch (error) {
    return failed(name, error, terminal);
  }
}

function parse(command: Command, args: string[]): Given {
  try {
    return parseArgs({ args, options: { ...command.options, help: { type: 'boolean', short: 'h' } }, allowPositionals: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith('ERR_PARSE_ARGS')) throw error;
    // Node adds advice about positional arguments, which does not apply.
    const [said = ''] = message.split(/\. To specify|\n/);
    throw new UsageError(said.charAt(0).toLowerCase() + said.slice(1).replace(/\.$/, ''), { cause: error });
  }
}

function failed(name: string, error: unknown, terminal: Terminal): number {
  if (error instanceof UsageError) {
    terminal.err(`millrace ${name}: ${error.message} (see millrace ${name} --help)\n`);
    return 2;
  }
  if (error instanceof MillraceError) {
    terminal.err(`millrace ${name}: ${error.message}\n`);
    return error.code === 'argument' || error.code === 'definition' ? 2 : 1;
  }
  terminal.err(`millrace ${name} failed: ${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
  return 1;
}

/** The version of the package this file is part of. */
function version(): string {
  let directory = import.meta.dirname;
  while (!existsSync(join(directory, 'package.json'))) directory = dirname(directory);
  return (JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { version: string }).version;
}
