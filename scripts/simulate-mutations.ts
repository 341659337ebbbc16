// `npm run simulate:mutations`: breaks the code in named ways, one at a time, in a copy, and shows what catches each. None may survive.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { MUTATIONS } from './mutations/all.ts';
import type { Mutation } from './mutations/mutation.ts';

const HELP = `npm run simulate:mutations -- [NAME…] [--seeds N] [--enough N] [--sample N [--minutes N]]

Shows that the simulator and the tests would notice: breaks one rule of the protocol at a time, in a copy, and tells in how many seeds the
simulator, or whether a test, fails. One takes seconds to a few minutes.

  NAME…       only these
  --list      their names, and what each gets wrong
  --seeds N   seeds for each at most (default 150)
  --enough N  failing seeds after which it is caught (default 1)
  --sample N  N of them, others for each commit, by the quickest of what catches one: the test that is sure to, else the simulator
  --minutes N no further one of a sample is begun after so long (default 3)

Exit code: 0 when all are caught, 1 when one survives, 2 for a mistake in the options.`;

/** What is asked for. */
interface Given {
  readonly mutations: readonly Mutation[];
  readonly seeds: number;
  readonly enough: number;
  readonly help: boolean;
  readonly list: boolean;
  /** of a sample: when it has to end, as `performance.now()` tells */
  readonly until?: number;
}

/** The outcome of a mutation; `undecided` if there was no time to run all seeds. */
type Verdict = 'caught' | 'SURVIVES' | 'undecided';

/** The time limit of the simulator for one mutation; a mutation with which it does not end in time is caught too. */
const MINUTES = 3;
const MOST_TIME = 2 * MINUTES * 60_000;
/** Seeds where a test is known to catch it: to see whether the simulator does too. */
const FEW = 5;
/** The exit code of a program that a Ctrl-C has ended. */
const INTERRUPTED = 130;

/** The exit code of a child when the user interrupts the run. */
class Interrupted extends Error {}

/** @throws Error that says which option is wrong */
function read(): Given {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seeds: { type: 'string', default: '150' },
      enough: { type: 'string', default: '1' },
      sample: { type: 'string' },
      minutes: { type: 'string', default: '3' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const count = (name: 'seeds' | 'enough' | 'sample' | 'minutes'): number => {
    const value = values[name] ?? '';
    if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
    throw new Error(`--${name} takes a whole number above zero, not ${value}`);
  };
  const unknown = positionals.filter((name) => !MUTATIONS.some((mutation) => mutation.name === name));
  if (unknown.length > 0) throw new Error(`there is no mutation ${unknown.join(', ')}: --list prints their names`);
  const named = MUTATIONS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const given = { mutations: named, seeds: count('seeds'), enough: count('enough'), help: values.help, list: values.list };
  if (values.sample === undefined) return given;
  return { ...given, mutations: sampleOf(named, count('sample')), until: performance.now() + count('minutes') * 60_000 };
}

/** Some of them, the same ones for the same commit. */
function sampleOf(mutations: readonly Mutation[], size: number): readonly Mutation[] {
  const { stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' });
  const place = ({ name }: Mutation): string => createHash('sha256').update(`${stdout}${name}`).digest('hex');
  return mutations.toSorted((a, b) => (place(a) < place(b) ? -1 : 1)).slice(0, size);
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
    // A sample is of tests that have just passed.
    if (given.until === undefined) checkUnbroken(copy, mutations);
    const verdicts = new Map<string, Verdict>();
    for (const mutation of mutations) {
      if (performance.now() > (given.until ?? Number.POSITIVE_INFINITY)) break;
      verdicts.set(mutation.name, verdictOn(copy, mutation, given));
    }
    const survivors = [...verdicts.keys()].filter((name) => verdicts.get(name) === 'SURVIVES');
    console.log(`${verdicts.size} mutations, ${survivors.length} survive`);
    if (survivors.length > 0) console.log(`To repeat it: npm run simulate:mutations -- ${survivors.join(' ')}`);
    return survivors.length > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    console.error('interrupted: the copy is removed');
    return INTERRUPTED;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The simulator and tests that must catch a mutation must pass without one; otherwise, they would catch everything. */
function checkUnbroken(copy: string, mutations: readonly Mutation[]): void {
  console.log('first without any mutation: three seeds, and the tests that are to catch one');
  const { failed, text } = simulate(copy, 3, 1);
  if (failed > 0) throw new Error(`the simulator fails without any mutation: ${text}`);
  for (const test of new Set(mutations.flatMap((mutation) => mutation.test ?? [])))
    if (failsIn(copy, test)) throw new Error(`${test} fails without any mutation`);
}

function verdictOn(copy: string, mutation: Mutation, { seeds, enough, until }: Given): Verdict {
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
    const most = failing ? Math.min(until === undefined ? FEW : 0, seeds) : seeds;
    const simulator = most > 0 ? simulate(copy, most, enough) : { failed: 0, ran: 0, text: '' };
    const where = mutation.test === undefined ? '' : `  ${mutation.test}: ${failing ? 'fails' : 'passes'}`;
    let verdict: Verdict = failing || simulator.failed > 0 ? 'caught' : 'SURVIVES';
    if (verdict === 'SURVIVES' && until !== undefined && simulator.ran < seeds) verdict = 'undecided';
    console.log(`${verdict.padEnd(9)} ${mutation.name.padEnd(22)} ${simulator.text.padEnd(34)}${where}  ${mutation.what}`);
    return verdict;
  } finally {
    for (const [path, text] of originals) writeFileSync(path, text);
  }
}

/** What the simulator finds: in how many seeds of how many, and what first. */
function simulate(copy: string, seeds: number, enough: number): { readonly failed: number; readonly ran: number; readonly text: string } {
  const args = ['scripts/simulate.ts', '--json', '--seeds', String(seeds), '--minutes', String(MINUTES), '--enough', String(enough)];
  const { stdout, status, signal } = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8', timeout: MOST_TIME });
  if (signal === 'SIGINT' || status === INTERRUPTED) throw new Interrupted();
  if (signal !== null) return { failed: 1, ran: 0, text: 'comes to no end' };
  if (status !== 0 && !stdout.startsWith('{')) return { failed: 1, ran: 0, text: 'ends the process' };
  const { ran, failures } = JSON.parse(stdout) as { ran: number; failures: { violations: Record<string, string> }[] };
  const kinds = new Set(failures.flatMap(({ violations }) => Object.keys(violations)));
  return { failed: failures.length, ran, text: `${failures.length}/${ran} ${[...kinds].join(', ')}` };
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
