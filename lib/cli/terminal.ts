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

/**
 * This process' terminal. The first SIGINT or SIGTERM interrupts, a second one ends the process at once. When whoever reads
 * standard output goes away (`| head`), the process ends quietly.
 */
export function processTerminal(): Terminal {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (interruption.signal.aborted) process.exit(130);
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
