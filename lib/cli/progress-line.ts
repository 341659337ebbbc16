import type { Terminal } from './terminal.ts';

const EVERY = 250;
const ERASE_LINE = '\r\u001b[K';

/** A line on an interactive terminal that shows progress, and disappears at the end. */
export class ProgressLine {
  readonly #terminal: Terminal;
  #shownAt = performance.now();
  #shown = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Replaces the line, unless it was just replaced. */
  show(text: string): void {
    const now = performance.now();
    if (!this.#terminal.interactive || now - this.#shownAt < EVERY) return;
    this.#terminal.err(`${ERASE_LINE}${text}`);
    this.#shownAt = now;
    this.#shown = true;
  }

  /** Writes a permanent line. */
  say(text: string): void {
    this.clear();
    this.#terminal.err(`${text}\n`);
  }

  clear(): void {
    if (this.#shown) this.#terminal.err(ERASE_LINE);
    this.#shown = false;
  }
}
