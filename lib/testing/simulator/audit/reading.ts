import { readKeyRows } from '../../../runtime/read/key-rows.ts';
import type { AsOf, ResultRow } from '../../../runtime/read/query.ts';
import type { Reader } from '../../../runtime/read/reader.ts';
import { readWindowRows } from '../../../runtime/read/window-rows.ts';
import { readWindows } from '../../../runtime/read/windows.ts';
import type { OracleWindow } from '../oracle/windows.ts';

/** A query to a view. */
export type Question =
  | { readonly about: 'windows' }
  | { readonly about: 'window'; readonly window: OracleWindow | 'latest' | 'latest_final' }
  | { readonly about: 'key'; readonly key: readonly string[] };

/** The answer. */
export interface Reading {
  readonly rows: readonly ResultRow[];
  /** the windows listed, when they were asked for */
  readonly windows: readonly OracleWindow[];
  readonly asOf: AsOf;
}

/** Page size: small, so that answers have several pages. */
const PAGE = 20;

/** Queries a reader page by page, and passes the as_of of each answer to the next request. */
export async function ask(reader: Reader, view: string, question: Question, given: AsOf | undefined): Promise<Reading> {
  let asOf = given;
  if (question.about === 'windows') {
    const windows: OracleWindow[] = [];
    for (let after: OracleWindow | undefined; ; ) {
      const page = await readWindows(reader, { view, order: 'asc', limit: PAGE, after, asOf });
      windows.push(...page.windows);
      asOf = page.asOf;
      if (!page.next) return { rows: [], windows, asOf };
      after = page.next;
    }
  }
  const rows: ResultRow[] = [];
  if (question.about === 'key') {
    for (let after: OracleWindow | undefined; ; ) {
      const page = await readKeyRows(reader, { view, key: question.key, order: 'asc', limit: PAGE, after, asOf });
      rows.push(...page.rows);
      asOf = page.asOf;
      if (!page.next) return { rows, windows: [], asOf };
      after = page.next;
    }
  }
  const { window } = question;
  for (let after: Awaited<ReturnType<typeof readWindowRows>>['next']; ; ) {
    const page = await readWindowRows(reader, { view, window, orderBy: [], limit: PAGE, after, asOf });
    rows.push(...page.rows);
    asOf = page.asOf;
    if (!page.next) return { rows, windows: [], asOf };
    after = page.next;
  }
}
