import { createInterface } from 'node:readline/promises';

/** Where a command writes, and what may end it. */
export interface Terminal {
  /** Writes to standard output; resolves when more may be written. */
  out(text: string): Promise<void>;
  /** Writes to standard error. */
  err(text: string): void;
  /** Asks a person and gives the answer; `undefined` when nobody can be asked. */
  ask(question: string): Promise<string | undefined>;
  /** whether standard error is a person's terminal */
  readonly interactive: boolean;
  /** comes when the command is to end: Ctrl-C, SIGTERM */
  readonly interrupted: AbortSignal;
}

/** Signals within so many milliseconds are one. */
const SAME_INTERRUPT = 300;

/**
 * This process' terminal. The first SIGINT or SIGTERM interrupts, a second one ends the process at once. When whoever reads
 * standard output goes away (`| head`), the process ends quietly.
 */
export function processTerminal(): Terminal {
  const interruption = new AbortController();
  let first = 0;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      const now = performance.now();
      if (!interruption.signal.aborted) first = now;
      // npm passes on the signal that the terminal has already sent: that is the same Ctrl-C.
      else if (now - first > SAME_INTERRUPT) process.exit(130);
      interruption.abort();
    });
  }
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    out: (text) =>
      new Promise((resolve) => {
        if (process.stdout.write(text)) resolve();
        else process.stdout.once('drain', () => resolve());
      }),
    err: (text) => void process.stderr.write(text),
    async ask(question) {
      if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
      // Without readline's own keys, so that Ctrl-C is the signal it is elsewhere.
      const reader = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
      const nothing = new Promise<string>((resolve) => reader.once('close', () => resolve('')));
      interruption.signal.addEventListener('abort', () => reader.close(), { once: true });
      const answer = await Promise.race([reader.question(question), nothing]);
      reader.close();
      return answer;
    },
    interactive: process.stderr.isTTY === true,
    interrupted: interruption.signal,
  };
}
