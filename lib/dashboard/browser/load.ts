import type { DeadLetter, Health, LateEvent, MillraceClient, ViewInfo, WindowInfo } from '../../client/client.ts';
import type { FinalRows } from './final-rows.ts';
import type { Selection } from './selection.ts';
import type { KeyRows, Row } from './series.ts';
import { streamsOf } from './stats.ts';

/**
 * How a view's rows are shown: ranked, of the newest window (`top`) or of a view without windows (`running`); or, for rows without a
 * unique key, newest first (`list`).
 */
type Kind = 'top' | 'running' | 'list';

/** Everything the page shows at one moment. */
export interface Snapshot {
  readonly views: readonly ViewInfo[];
  readonly view: ViewInfo;
  readonly selection: Selection;
  readonly health: Health;
  readonly kind: Kind;
  /** newest first */
  readonly windows: readonly WindowInfo[];
  /** see {@link Kind} */
  readonly top: readonly Row[];
  readonly series: readonly KeyRows[];
  readonly late: readonly LateEvent[];
  readonly dead: readonly DeadLetter[];
  /** the total cost in DynamoDB read units */
  readonly readUnits: number;
}

const TOP = 10;
const LIST = 20;
const KEPT = 20;

/**
 * Reads everything that a selection needs.
 *
 * @param history final rows that were read before: they never change, and are not read again
 */
export async function load(
  client: MillraceClient,
  history: FinalRows,
  views: readonly ViewInfo[],
  selection: Selection,
  signal: AbortSignal,
): Promise<Snapshot> {
  const view = views.find(({ name }) => name === selection.view) as ViewInfo;
  let readUnits = 0;
  const page = async <R>(paged: { page(): Promise<{ rows: readonly R[]; readUnits: number }> }): Promise<readonly R[]> => {
    const { rows, readUnits: units } = await paged.page();
    readUnits += units;
    return rows;
  };
  const [health, windows] = await Promise.all([
    client.health({ signal }),
    page(client.windows(view.name, { order: 'desc', pageSize: selection.windows, signal })),
  ]);
  // Without a key, a window has one row, unless the rows have no unique key.
  const isList = view.key.length === 0 && windows.some(({ keys }) => keys > 1);
  const orderBy = selection.column === '' ? [] : [`-${selection.column}`];
  const asked = isList
    ? client.rows(view.name, { order: 'desc', pageSize: LIST, signal })
    : client.window(view.name, 'latest', { orderBy: orderBy as never, pageSize: TOP, signal });
  const top = (await page<Record<string, unknown>>(asked)) as readonly Row[];
  const kind: Kind = isList ? 'list' : windows.length === 0 && top.length > 0 ? 'running' : 'top';

  const from = kind === 'top' && selection.column !== '' ? windows.at(-1)?.start : undefined;
  const keys = view.key.length === 0 ? [[]] : top.slice(0, selection.keys).map((row) => view.key.map(({ name }) => row[name] ?? null));
  const [late, dead, ...series] = await Promise.all([
    page(client.late(view.name, { pageSize: KEPT, signal })),
    Promise.all(streamsOf(health, view).map(({ stream }) => page(client.deadLetters(stream, { pageSize: KEPT, signal })))),
    ...(from === undefined ? [] : keys).map(async (key): Promise<KeyRows> => {
      const values = Object.fromEntries(view.key.map(({ name }, i) => [name, key[i]]));
      const known = history.of(view.name, key, from as string);
      const options = { key: values, from: known.next, pageSize: Math.min(1000, selection.windows + 20), signal };
      const rows = [...known.rows, ...((await page(client.rows(view.name, options as never))) as readonly Row[])];
      history.keep(view.name, key, from as string, rows, windows);
      return { key, rows };
    }),
  ]);
  return { views, view, selection, health, kind, windows, top, series, late, dead: dead.flat(), readUnits };
}
