import { printable } from './printable.ts';

/** How often the same problem is told again at most, in milliseconds. */
const AGAIN_AFTER = 30_000;
const MOST_REMEMBERED = 100;

/** Tells problems, each as one line, and one that keeps coming only now and then. */
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
