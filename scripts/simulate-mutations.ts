// `npm run simulate:mutations`: breaks the code in named ways, one at a time, in a copy, and shows what catches each. None may survive.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { MUTATIONS } from './mutations/all.ts';
import type { Mutation } from './mutations/mutation.ts';

const HELP = `npm run simulate:mutations -- [NAME…] [--seeds N] [--enough N]

Shows that the simulator and the tests would notice: breaks one rule of the protocol at a time, in a copy, and tells in how many seeds the
simulator, or whether a test, fails. One takes seconds to a few minutes.

  NAME…       only these
  --list      their names, and what each gets wrong
  --seeds N   seeds for each at most (default 150)
  --enough N  failing seeds after which it is caught (default 1)

Exit code: 0 when all are caught, 1 when one survives, 2 for a mistake in the options.`;

/** What is asked for. */
interface Given {
  readonly mutations: readonly Mutation[];
  readonly seeds: number;
  readonly enough: number;
  readonly help: boolean;
  readonly list: boolean;
}

/** How long the simulator may look for one; one under which it does not even end then is caught as well. */
const MINUTES = 3;
const MOST_TIME = 2 * MINUTES * 60_000;
/** Seeds where a test is known to catch it: to see whether the simulator does too. */
const FEW = 5;
/** The exit code of a program that a Ctrl-C has ended. */
const INTERRUPTED = 130;

/** What a child ends with when whoever started this has enough of it. */
class Interrupted extends Error {}

/** @throws Error that says which option is wrong */
function read(): Given {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seeds: { type: 'string', default: '150' },
      enough: { type: 'string', default: '1' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const count = (name: 'seeds' | 'enough'): number => {
    if (/^[1-9]\d{0,8}$/.test(values[name])) return Number(values[name]);
    throw new Error(`--${name} takes a whole number above zero, not ${values[name]}`);
  };
  const unknown = positionals.filter((name) => !MUTATIONS.some((mutation) => mutation.name === name));
  if (unknown.length > 0) throw new Error(`there is no mutation ${unknown.join(', ')}: --list tells their names`);
  const mutations = MUTATIONS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  return { mutations, seeds: count('seeds'), enough: count('enough'), help: values.help, list: values.list };
}

function main(): number {
  let given: Given;
  try {
    given = read();
  } catch (error) {
    // Node adds advice about positional arguments, which does not apply.
    const [said] = (error as Error).message.split('. To specify');
    console.error(`npm run simulate:mutations: ${said}\n\n${HELP}`);
    return 2;
  }
  if (given.help) console.log(HELP);
  else if (given.list) for (const { name, what } of given.mutations) console.log(`${name.padEnd(22)} ${what}`);
  else return run(given);
  return 0;
}

function run(given: Given): number {
  const { mutations } = given;
  const root = resolve(import.meta.dirname, '..');
  // A Ctrl-C ends the child that is at work; the copy is removed before this ends too.
  process.on('SIGINT', () => {});
  const copy = mkdtempSync(join(tmpdir(), 'millrace-mutations-'));
  try {
    for (const part of ['lib', 'scripts', 'test', 'package.json', 'tsconfig.json', 'vitest.config.ts'])
      cpSync(join(root, part), join(copy, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    console.log('first without any mutation: three seeds, and the tests that are to catch one');
    const { failed, text } = simulate(copy, 3, 1);
    if (failed > 0) throw new Error(`the simulator fails without any mutation: ${text}`);
    // A test that fails anyway would catch everything.
    for (const test of new Set(mutations.flatMap((mutation) => mutation.test ?? [])))
      if (failsIn(copy, test)) throw new Error(`${test} fails without any mutation`);
    const survivors = mutations.filter((mutation) => !isCaught(copy, mutation, given));
    console.log(`${mutations.length} mutations, ${survivors.length} survive${survivors.map(({ name }) => ` ${name}`).join()}`);
    return survivors.length > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    console.error('interrupted: the copy is removed');
    return INTERRUPTED;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function isCaught(copy: string, mutation: Mutation, { seeds, enough }: Given): boolean {
  const originals = new Map<string, string>();
  try {
    for (const { file, find, put } of mutation.edits) {
      const path = join(copy, file);
      const text = readFileSync(path, 'utf8');
      if (!originals.has(path)) originals.set(path, text);
      if (text.split(find).length !== 2)
        throw new Error(`mutation ${mutation.name}: ${file} holds ${text.split(find).length - 1} times: ${find}`);
      writeFileSync(
        path,
        text.replace(find, () => put),
      );
    }
    const failing = mutation.test !== undefined && failsIn(copy, mutation.test);
    const simulator = simulate(copy, failing ? Math.min(FEW, seeds) : seeds, enough);
    const caught = simulator.failed > 0 || failing;
    const where = mutation.test === undefined ? '' : `  ${mutation.test}: ${failing ? 'fails' : 'passes'}`;
    console.log(`${caught ? 'caught  ' : 'SURVIVES'} ${mutation.name.padEnd(22)} ${simulator.text.padEnd(34)}${where}  ${mutation.what}`);
    return caught;
  } finally {
    for (const [path, text] of originals) writeFileSync(path, text);
  }
}

/** What the simulator finds: in how many seeds of how many, and what first. */
function simulate(copy: string, seeds: number, enough: number): { readonly failed: number; readonly text: string } {
  const args = ['scripts/simulate.ts', '--json', '--seeds', String(seeds), '--minutes', String(MINUTES), '--enough', String(enough)];
  const { stdout, status, signal } = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8', timeout: MOST_TIME });
  if (signal === 'SIGINT' || status === INTERRUPTED) throw new Interrupted();
  if (signal !== null) return { failed: 1, text: 'comes to no end' };
  if (status !== 0 && !stdout.startsWith('{')) return { failed: 1, text: 'ends the process' };
  const { ran, failures } = JSON.parse(stdout) as { ran: number; failures: { violations: Record<string, string> }[] };
  const kinds = new Set(failures.flatMap(({ violations }) => Object.keys(violations)));
  return { failed: failures.length, text: `${failures.length}/${ran} ${[...kinds].join(', ')}` };
}

function failsIn(copy: string, test: string): boolean {
  const { status, signal } = spawnSync(join(copy, 'node_modules/.bin/vitest'), ['run', test], {
    cwd: copy,
    timeout: MOST_TIME,
    stdio: 'ignore',
  });
  if (signal === 'SIGINT' || status === INTERRUPTED) throw new Interrupted();
  return status !== 0;
}

process.exitCode = main();
