/** Where a command writes, and what may end it. */
export interface Terminal {
  /** Writes to standard output; resolves when more may be written. */
  out(text: string): Promise<void>;
  /** Writes to standard error. */
  err(text: string): void;
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
    interactive: process.stderr.isTTY === true,
    interrupted: interruption.signal,
  };
}
