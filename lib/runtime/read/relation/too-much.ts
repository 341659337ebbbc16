import { MillraceError } from '../../../core/errors.ts';
import { formatInstant } from '../../../core/instant.ts';
import { basesOf } from '../../../query/scans.ts';
import type { ListedWindow } from '../query.ts';
import type { Reader } from '../reader.ts';
import type { ReadLimits } from './budget.ts';
import { costOf, type Need } from './needs.ts';

const HOUR = 3_600_000;
/** Common lengths of time, longest first. */
const SPANS: readonly (readonly [text: string, ms: number])[] = [
  ['30 days', 720 * HOUR],
  ['7 days', 168 * HOUR],
  ['1 day', 24 * HOUR],
  ['6 hours', 6 * HOUR],
  ['1 hour', HOUR],
  ['10 minutes', HOUR / 6],
  ['1 minute', HOUR / 60],
];

/** The cost of reading a view, and its limit. */
interface Cost {
  readonly total: { readonly pages: number; readonly rows: number };
  /** whether there are windows that were not counted */
  readonly more: boolean;
  readonly left: Pick<ReadLimits, 'pages' | 'rows'>;
  readonly limits: ReadLimits;
}

/**
 * The error of a query that would read too much of a view: how much, and which filter would help.
 *
 * @param windows the needed windows, newest first
 */
export function tooMuch(reader: Reader, need: Need, windows: readonly ListedWindow[], { total, more, left, limits }: Cost): MillraceError {
  const what = total.pages > left.pages ? 'pages' : 'rows';
  const used = limits[what] - left[what];
  const shown = shownName(reader, need);
  const filters = [timeFilter(reader, need, windows, left), keyFilter(need)].filter((filter) => filter !== undefined);
  const how = filters.length > 0 ? `narrow it, e.g. by WHERE ${filters.join(' or ')}` : 'read less at once';
  return new MillraceError(
    'limit',
    `this would read ${more ? 'more than ' : ''}${total[what]} ${what} of view "${shown}", and a query reads ${limits[what]} at most${used > 0 ? `, ${used} of them for other views here` : ''}: ${how}`,
  );
}

/** The same of a view with a global window. */
export function tooMuchOfOne(need: Need, limits: ReadLimits): MillraceError {
  const filter = keyFilter(need);
  return new MillraceError(
    'limit',
    `view "${need.view.name}" has more rows than the ${limits.rows} a query reads at most${filter ? `: narrow it, e.g. by WHERE ${filter}` : ''}`,
  );
}

/** The name of a view in messages; a generated part of another view has no name that users know. */
function shownName(reader: Reader, { view }: Need): string {
  if (!view.hidden) return view.name;
  return reader.runtime.plan.derived.find(({ relation }) => basesOf(relation).includes(view.name))?.name ?? view.name;
}

function timeFilter(reader: Reader, need: Need, windows: readonly ListedWindow[], left: Cost['left']): string | undefined {
  let [pages, rows] = [0, 0];
  let first: number | undefined;
  for (const window of windows) {
    const cost = costOf(window, need);
    pages += cost.pages;
    rows += cost.rows;
    if (pages > left.pages || rows > left.rows) break;
    first = window.start;
  }
  if (first === undefined) return undefined;
  const now = reader.runtime.clock.now();
  if (need.to < now) return `window_start >= timestamptz '${formatInstant(first)}'`;
  const span = SPANS.find(([, ms]) => now - ms >= (first as number));
  return span && `window_start >= now() - interval '${span[0]}'`;
}

function keyFilter({ view, keys }: Need): string | undefined {
  if (keys || view.hidden || view.key.length === 0) return undefined;
  return view.key.map(({ name }) => `${name} = …`).join(' AND ');
}
