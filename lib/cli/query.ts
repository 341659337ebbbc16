import { flag, onlyPositional, text, texts, wholeNumber } from './arguments.ts';
import type { Command, Given } from './command.ts';
import { printRows } from './print-rows.ts';
import { asking, openTarget, TARGET_HELP, TARGET_OPTIONS } from './target.ts';
import { UsageError } from './usage-error.ts';

const KEY_OPTIONS = ['from', 'to', 'order', 'every'] as const;

/** The maximum rows per request. */
const MOST_ROWS = 1000;

/** `millrace query`: prints a view's rows. */
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

Prints rows of a view, including open windows: all windows of one key, or all keys of one window. Rows whose column
"final" is true never change.

  --key COLUMN=VALUE   the key, with all its columns; COLUMN.is_null=true for NULL. A view without a key needs none
  --from TIME          windows that start at or after this time: ISO 8601, or relative such as "-1 hour"
  --to TIME            windows that start before this time
  --order asc|desc     order by window start; default asc
  --every LENGTH       one row per LENGTH instead of one per window, such as "1 hour"; tumbling windows only
  --window WINDOW      all keys of one window: the latest, the latest final one, or the one with this START or START/END
  --order-by COLUMNS   columns to sort by, separated by commas; - before a column sorts it in descending order
  --limit N            maximum number of rows; default all
${TARGET_HELP}
  --json               prints one JSON object per line

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

/** @throws UsageError for options of the other kind of query, named as on the command line */
function refuseMixture(given: Given, window: string | undefined): void {
  const wrong =
    window === undefined
      ? ['order-by'].find((name) => text(given, name) !== undefined)
      : ['key', ...KEY_OPTIONS].find((name) => given.values[name] !== undefined);
  if (wrong === undefined) return;
  throw new UsageError(
    window === undefined ? `--${wrong} needs --window` : `--${wrong} is for the windows of a key; --window is for all keys of one window`,
  );
}

function keyOf(given: Given): Record<string, string> {
  return Object.fromEntries(
    texts(given, 'key').map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new UsageError(`--key must be COLUMN=VALUE, not "${pair}"`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
