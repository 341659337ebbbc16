import { printable } from './printable.ts';

/** Minimum time between two reports of the same problem, in milliseconds. */
const AGAIN_AFTER = 30_000;
const MOST_REMEMBERED = 100;

/** Reports problems, one line each, and a recurring problem only occasionally. */
export class ProblemLog {
  readonly #write: (line: string) => void;
  readonly #told = new Map<string, { at: number; since: number }>();

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  report(message: string, error: unknown): void {
    const line = printable(`${message}: ${error instanceof Error ? error.message : String(error)}`.replaceAll(/\s*\n\s*/g, ' '));
    const told = this.#told.get(line);
    const now = performance.now();
    if (told && now - told.at < AGAIN_AFTER) {
      told.since++;
      return;
    }
    if (this.#told.size >= MOST_REMEMBERED) this.#told.clear();
    this.#told.set(line, { at: now, since: 0 });
    this.#write(`millrace: ${line}${told?.since ? ` (${told.since} times more since)` : ''}`);
  }
}
