import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import type { DeadLetter } from '../client/client.ts';
import { MillraceError } from '../core/errors.ts';

/** The default ledger file. */
export const DEFAULT_LEDGER = 'millrace-replayed.ndjson';

/** The state of a letter: about to be put (if nothing follows, it may have been put), put, or certainly not put. */
export type LedgerState = 'sending' | 'put' | 'refused';

/**
 * A letter's id, the same each time it is listed.
 *
 * @param bytes its content
 * @param twin the number of earlier letters with the same record and content
 */
export function letterName(application: string, stream: string, letter: DeadLetter, bytes: Uint8Array, twin: number): string {
  const digest = createHash('sha256').update(bytes).digest('base64url').slice(0, 16);
  return `${application}/${stream}/${letter.shard}/${letter.sequence}/${digest}${twin === 0 ? '' : `/${twin}`}`;
}

/**
 * A file with a line for each step of each replayed letter. The line `sending` is on disk before the request
 * leaves. So if the process ends at any moment, no letter that was put looks unsent.
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
   * Opens a ledger exclusively for this process, and reads it.
   *
   * @throws MillraceError `argument` if another process has it open, or if it is not a ledger
   */
  static open(file: string): ReplayLedger {
    lock(file);
    try {
      const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
      const states = read(file, text);
      const descriptor = openSync(file, 'a');
      // A partial last line of a process that was killed.
      if (text !== '' && !text.endsWith('\n')) writeSync(descriptor, '\n');
      return new ReplayLedger(file, descriptor, states);
    } catch (error) {
      rmSync(lockOf(file), { force: true });
      throw error;
    }
  }

  /** The state of a letter; `undefined` if it was never replayed. */
  state(name: string): LedgerState | undefined {
    return this.#states.get(name);
  }

  /** Records a step; it is on disk when this returns. */
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

/** Reads a ledger without opening it for writing. */
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
        ? `${lockOf(file)} exists: another replay is running; if there is none, a replay was killed: delete that file`
        : `the ledger ${file} cannot be written: ${message}; choose another with --ledger`,
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
    // A partial last line does no harm: the letter's state is then unknown, which is what the previous line says.
    else if (!isCut(line))
      throw new MillraceError('argument', `${file}:${i + 1} is not a line of a ledger: choose another file with --ledger`);
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
