import { setTimeout as sleep } from 'node:timers/promises';
import { MillraceError } from '../core/errors.ts';
import { amount, flag, onlyPositional, time } from './arguments.ts';
import type { Command } from './command.ts';
import { jsonLines } from './print-rows.ts';
import { printable } from './printable.ts';
import { Table } from './table.ts';
import { followView, type TailedRow } from './tailed-rows.ts';
import { asking, openTarget, TARGET_HELP, TARGET_OPTIONS, type Target } from './target.ts';
import type { Terminal } from './terminal.ts';

const DEFAULT_INTERVAL = 2;

/** `millrace tail`: prints a view's rows as they change. */
export const tail: Command = {
  options: {
    from: { type: 'string' },
    final: { type: 'boolean' },
    interval: { type: 'string' },
    ...TARGET_OPTIONS,
    json: { type: 'boolean' },
  },
  help: `Usage: millrace tail VIEW [--from TIME] [--final] [options]

Prints a view's rows when they first appear, whenever they change, and when they become final; until Ctrl-C.
Without --from it starts with the windows that are open.

  --from TIME       starts with the windows from this time on: ISO 8601, or relative such as "-1 hour"
  --final           prints only final rows, each once
  --interval N      seconds between two requests; default ${DEFAULT_INTERVAL}. Each reads every open window, or with --final only new final ones
${TARGET_HELP}
  --json            prints one JSON object per line

Example: millrace tail page_views --final --from "-10 minutes"
`,
  async run(given, terminal) {
    const view = onlyPositional(given, 'VIEW');
    const interval = amount(given, 'interval') ?? DEFAULT_INTERVAL;
    // Relative to the start, not to each request: an open window must not be lost as it ages.
    const from = time(given, 'from', Date.now());
    const target = await openTarget(given);
    const signal = terminal.interrupted;
    try {
      const follow = await asking(target, () => followView(target.client, view, { from, final: flag(given, 'final'), signal }));
      const print = printer(terminal, flag(given, 'json'));
      // An invalid request fails at once. Later, a stack that does not answer may come back.
      await asking(target, () => follow(print));
      for (;;) {
        await sleep(interval * 1000, undefined, { signal });
        await patiently(target, terminal, interval, () => follow(print));
      }
    } catch (error) {
      if (signal.aborted) return 0;
      throw error;
    }
  },
};

function printer(terminal: Terminal, json: boolean): (rows: readonly TailedRow[]) => Promise<void> {
  let table: Table | undefined;
  return async (rows) => {
    if (rows.length === 0) return;
    table ??= new Table(Object.keys(rows[0] as object));
    await terminal.out(json ? jsonLines(rows) : table.lines(rows));
  };
}

/** Retries until there is an answer; reports once that there is none. */
async function patiently(target: Target, terminal: Terminal, interval: number, look: () => Promise<void>): Promise<void> {
  for (let failed = false; ; failed = true) {
    try {
      await asking(target, look);
      return;
    } catch (error) {
      if (terminal.interrupted.aborted || !(error instanceof MillraceError) || error.code !== 'unavailable') throw error;
      if (!failed) terminal.err(`millrace tail: ${printable(error.message)}; trying again (press Ctrl-C to stop)\n`);
      await sleep(Math.max(1, interval) * 1000, undefined, { signal: terminal.interrupted });
    }
  }
}
