import { createInterface } from 'node:readline/promises';

/** Where a command writes, and what interrupts it. */
export interface Terminal {
  /** Writes to standard output; resolves when it accepts more. */
  out(text: string): Promise<void>;
  /** Writes to standard error. */
  err(text: string): void;
  /** Asks the user and returns the answer; `undefined` if the terminal is not interactive. */
  ask(question: string): Promise<string | undefined>;
  /** whether standard error is an interactive terminal */
  readonly interactive: boolean;
  /** aborts when the command should end: Ctrl-C, SIGTERM */
  readonly interrupted: AbortSignal;
}

/** Signals within this time, in milliseconds, count as one. */
const SAME_INTERRUPT = 300;

/**
 * This process' terminal. The first SIGINT or SIGTERM interrupts the command, a second one ends the process at once. If the reader of
 * standard output goes away (`| head`), the process ends quietly.
 */
export function processTerminal(): Terminal {
  const interruption = new AbortController();
  let first = 0;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      const now = performance.now();
      if (!interruption.signal.aborted) first = now;
      // npm forwards the signal that the terminal has already sent: both are the same Ctrl-C.
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
      // Without readline's key handling, so that Ctrl-C sends the usual signal.
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
