import { parseArgs } from 'node:util';
import { MillraceError } from '../core/errors.ts';
import { nearest } from '../plan/nearest.ts';
import type { Command, Given } from './command.ts';
import { ownManifest } from './package-root.ts';
import { printableLines } from './printable.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** Commands by name. Each is loaded only when it is called, so that `--help` is fast. */
const COMMANDS: Readonly<Record<string, { readonly summary: string; readonly load: () => Promise<Command> }>> = {
  init: { summary: 'creates a new project', load: async () => (await import('./init.ts')).init },
  dev: {
    summary: 'runs an application on this machine: Kinesis, DynamoDB, REST, dashboard',
    load: async () => (await import('./dev.ts')).dev,
  },
  run: { summary: 'runs a view over files and prints its final rows', load: async () => (await import('./run.ts')).run },
  explain: {
    summary: 'prints an application’s plan: per shard, after the merge, state, writes',
    load: async () => (await import('./explain.ts')).explain,
  },
  types: { summary: 'prints TypeScript types of the rows of an application’s views', load: async () => (await import('./types.ts')).types },
  status: { summary: 'shows the state of a stack, local or on AWS', load: async () => (await import('./status.ts')).status },
  query: { summary: 'prints rows of a view', load: async () => (await import('./query.ts')).query },
  tail: { summary: 'prints rows of a view as they change', load: async () => (await import('./tail.ts')).tail },
  'dead-letters': {
    summary: 'lists events that could not be processed, and replays them',
    load: async () => (await import('./dead-letters.ts')).deadLetters,
  },
  record: { summary: 'saves the records of a stream, for run', load: async () => (await import('./record.ts')).record },
  why: { summary: 'explains what happens to an event: why is my row missing?', load: async () => (await import('./why.ts')).why },
};

const HELP = `Usage: millrace COMMAND [options]

Exactly-once, event-time windowed aggregation on Kinesis, Lambda and DynamoDB.

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(12)}   ${summary}`)
  .join('\n')}

  millrace COMMAND --help   lists a command's options
  millrace --version        prints the version
`;

/**
 * Runs the `millrace` command.
 *
 * @param args its arguments
 * @returns the process' exit code: 0, 1 if something failed, 2 if the arguments or the application are invalid
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
    await terminal.out(`${ownManifest().version}\n`);
    return 0;
  }
  const known = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!known) {
    terminal.err(
      `millrace: there is no ${name.startsWith('-') ? 'option' : 'command'} "${name}"; the commands are ${Object.keys(COMMANDS).join(', ')}: see millrace --help\n`,
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
    const options = { ...command.options, help: { type: 'boolean', short: 'h' } } as const;
    return parseArgs({ args: joinDashedValues(args, command.options), options, allowPositionals: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith('ERR_PARSE_ARGS')) throw error;
    // Node adds advice about positional arguments, which does not apply.
    const [said = ''] = message.split(/\. To specify|\n/);
    const text = said.charAt(0).toLowerCase() + said.slice(1).replace(/\.$/, '');
    const unknown = /^unknown option '(--[^']+)'/.exec(text)?.[1];
    const near =
      unknown &&
      nearest(
        unknown,
        [...Object.keys(command.options), 'help'].map((name) => `--${name}`),
      );
    throw new UsageError(near ? `${text}; did you mean ${near}?` : text, { cause: error });
  }
}

/** Node parses `--from -1` as two options. Here, the value of a text option may start with a dash. */
function joinDashedValues(args: readonly string[], options: Command['options']): string[] {
  const joined: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const [arg = '', next] = [args[i], args[i + 1]];
    if (arg === '--') return [...joined, ...args.slice(i)];
    const takesText = arg.startsWith('--') && options[arg.slice(2)]?.type === 'string';
    if (takesText && next !== undefined && /^-[^-]/.test(next)) {
      joined.push(`${arg}=${next}`);
      i++;
    } else joined.push(arg);
  }
  return joined;
}

/** Escapes a message, which may quote data from users or a server. */
function failed(name: string, error: unknown, terminal: Terminal): number {
  const say = (text: string): void => terminal.err(`${printableLines(text)}\n`);
  if (error instanceof UsageError) {
    say(`millrace ${name}: ${error.message} (see millrace ${name} --help)`);
    return 2;
  }
  if (error instanceof MillraceError) {
    say(`millrace ${name}: ${error.message}`);
    return error.code === 'argument' || error.code === 'definition' ? 2 : 1;
  }
  say(`millrace ${name} failed: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
  return 1;
}
