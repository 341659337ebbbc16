import { flag, onlyPositional, text, texts, wholeNumber } from './arguments.ts';
import type { Command, Given } from './command.ts';
import { printRows } from './print-rows.ts';
import { asking, openTarget, TARGET_HELP, TARGET_OPTIONS } from './target.ts';
import { UsageError } from './usage-error.ts';

const KEY_OPTIONS = ['from', 'to', 'order', 'every'] as const;

/** A request gives no more. */
const MOST_ROWS = 1000;

/** `millrace query`: a view's rows. */
export const query: Command = {
  options: {
    key: { type: 'string', multiple: true },
    from: { type: 'string' },
    to: { type: 'string' },
    order: { type: 'string' },
    every: { type: 'string' },
    window: { type: 'string' },
    'order-by': { type: 'string' },
    limit: { type: 'string' },
    ...TARGET_OPTIONS,
    json: { type: 'boolean' },
  },
  help: `Usage: millrace query VIEW --key COLUMN=VALUE … [--from TIME] [--to TIME] [options]
       millrace query VIEW --window latest|latest_final|START [--order-by COLUMNS] [options]

Prints rows of a view, open windows included: all windows of one key, or all keys of one window. Column "final" says
which can no longer change.

  --key COLUMN=VALUE   the key, all its columns; COLUMN.is_null=true for NULL. A view without a key needs none
  --from TIME          windows that start at or after this time: ISO 8601, or from now such as "-1 hour"
  --to TIME            and before this one
  --order asc|desc     by start of the window; default asc
  --every LENGTH       one row for so much time instead of one a window, such as "1 hour"; tumbling windows only
  --window WINDOW      all keys of one window: the latest, the latest that is final, or by its START or START/END
  --order-by COLUMNS   how they are sorted: columns with commas between, - in front for the greatest first
  --limit N            rows at most; default all
${TARGET_HELP}
  --json               prints a JSON object a line

Examples: millrace query page_views --key page=/a --from "-1 hour"
          millrace query page_views --window latest --order-by -views --limit 10 --stack millrace-shop
`,
  async run(given, terminal) {
    const view = onlyPositional(given, 'VIEW');
    const window = text(given, 'window');
    const key = keyOf(given);
    const limit = wholeNumber(given, 'limit', 1, 1e9) ?? Number.POSITIVE_INFINITY;
    refuseMixture(given, window);
    const target = await openTarget(given);
    const paging = { pageSize: Math.min(limit, MOST_ROWS), signal: terminal.interrupted };
    const orderBy = text(given, 'order-by')?.split(',');
    const range = Object.fromEntries(KEY_OPTIONS.map((name) => [name, text(given, name)]).filter(([, value]) => value !== undefined));
    const rows =
      window === undefined
        ? target.client.rows(view, { key, ...range, ...paging })
        : target.client.window(view, window, { ...paging, ...(orderBy ? { orderBy } : {}) });
    return asking(target, () => printRows(terminal, rows, flag(given, 'json'), limit));
  },
};

/** @throws UsageError for options that belong to the other kind of query: said here in words of the command line */
function refuseMixture(given: Given, window: string | undefined): void {
  const wrong =
    window === undefined
      ? ['order-by'].find((name) => text(given, name) !== undefined)
      : ['key', ...KEY_OPTIONS].find((name) => given.values[name] !== undefined);
  if (wrong === undefined) return;
  throw new UsageError(
    window === undefined ? `--${wrong} goes with --window` : `--${wrong} goes with a key, and --window is for all keys of one window`,
  );
}

function keyOf(given: Given): Record<string, string> {
  return Object.fromEntries(
    texts(given, 'key').map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new UsageError(`--key takes COLUMN=VALUE, not "${pair}"`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
