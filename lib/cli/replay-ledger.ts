import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import type { DeadLetter } from '../client/client.ts';
import { MillraceError } from '../core/errors.ts';

/** Where it is written down what was replayed. */
export const DEFAULT_LEDGER = 'millrace-replayed.ndjson';

/** What is known of a letter: about to be put (and if nothing follows, perhaps it was), put, or surely not put. */
export type LedgerState = 'sending' | 'put' | 'refused';

/**
 * Names a letter, the same whenever it is listed.
 *
 * @param bytes what it holds
 * @param twin how many letters of the same record and content stand before it
 */
export function letterName(application: string, stream: string, letter: DeadLetter, bytes: Uint8Array, twin: number): string {
  const digest = createHash('sha256').update(bytes).digest('base64url').slice(0, 16);
  return `${application}/${stream}/${letter.shard}/${letter.sequence}/${digest}${twin === 0 ? '' : `/${twin}`}`;
}

/**
 * A file with a line for each step of each letter that is replayed. A line that says `sending` is on disk before the request
 * leaves, so a process that ends at any moment leaves no letter that looks untouched and was put.
 */
export class ReplayLedger {
  readonly #file: string;
  readonly #descriptor: number;
  readonly #states: Map<string, LedgerState>;

  private constructor(file: string, descriptor: number, states: Map<string, LedgerState>) {
    this.#file = file;
    this.#descriptor = descriptor;
    this.#states = states;
  }

  /**
   * Opens a ledger, for this process alone, and reads what it says.
   *
   * @throws MillraceError `argument` when another process has it, or it is no ledger
   */
  static open(file: string): ReplayLedger {
    lock(file);
    try {
      const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
      const states = read(file, text);
      const descriptor = openSync(file, 'a');
      // What a process that was killed left of its last line.
      if (text !== '' && !text.endsWith('\n')) writeSync(descriptor, '\n');
      return new ReplayLedger(file, descriptor, states);
    } catch (error) {
      rmSync(lockOf(file), { force: true });
      throw error;
    }
  }

  /** What is known of a letter; `undefined`: it was never replayed. */
  state(name: string): LedgerState | undefined {
    return this.#states.get(name);
  }

  /** Writes down a step; it is on disk when this returns. */
  note(names: readonly string[], state: LedgerState): void {
    if (names.length === 0) return;
    const at = new Date().toISOString();
    writeSync(this.#descriptor, names.map((letter) => `${JSON.stringify({ letter, state, at })}\n`).join(''));
    fsyncSync(this.#descriptor);
    for (const name of names) this.#states.set(name, state);
  }

  close(): void {
    closeSync(this.#descriptor);
    rmSync(lockOf(this.#file), { force: true });
  }
}

/** What a ledger says, without opening it for writing. */
export function readLedger(file: string): ReadonlyMap<string, LedgerState> {
  return existsSync(file) ? read(file, readFileSync(file, 'utf8')) : new Map();
}

function lockOf(file: string): string {
  return `${file}.lock`;
}

function lock(file: string): void {
  try {
    closeSync(openSync(lockOf(file), 'wx'));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new MillraceError(
      'argument',
      code === 'EEXIST'
        ? `${lockOf(file)} is there: another replay is going on; if there is none, one was killed: delete that file`
        : `the ledger ${file} cannot be written: ${message}; choose another by --ledger`,
      { cause },
    );
  }
}

function read(file: string, text: string): Map<string, LedgerState> {
  const states = new Map<string, LedgerState>();
  const lines = text.split('\n');
  lines.forEach((line, i) => {
    if (line === '') return;
    const { letter, state } = parse(line);
    if (typeof letter === 'string' && (state === 'sending' || state === 'put' || state === 'refused')) states.set(letter, state);
    // The end of a line that was being written is no harm: what it was to say is then not known, and that is what the one before says.
    else if (!isCut(line))
      throw new MillraceError('argument', `${file}:${i + 1} is no line of a replay's ledger: name another by --ledger`);
  });
  return states;
}

function parse(line: string): { readonly letter?: unknown; readonly state?: unknown } {
  try {
    return (JSON.parse(line) as { letter?: unknown; state?: unknown } | null) ?? {};
  } catch {
    return {};
  }
}

function isCut(line: string): boolean {
  return '{"letter":"'.startsWith(line.slice(0, 11)) && !line.endsWith('}');
}
