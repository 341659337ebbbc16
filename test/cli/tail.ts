import { runCli } from '../../lib/cli/cli.ts';

/** A `millrace tail --json` in this process. */
export interface Tail<Row> {
  /** what it has printed */
  rows(): Row[];
  err(): string;
  /** ends it, and gives its exit code */
  stop(): Promise<number>;
}

/** Follows a view of the stack at an address, twenty looks a second. */
export function tail<Row>(url: string, ...args: string[]): Tail<Row> {
  const interruption = new AbortController();
  let [out, err] = ['', ''];
  const ended = runCli(['tail', ...args, '--url', url, '--interval', '0.05', '--json'], {
    out: async (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    ask: async () => undefined,
    interactive: false,
    interrupted: interruption.signal,
  });
  return {
    rows: () =>
      out
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Row),
    err: () => err,
    stop: () => {
      interruption.abort();
      return ended;
    },
  };
}
