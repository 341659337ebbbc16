import type { Column } from '../core/column.ts';
import { MillraceError } from '../core/errors.ts';
import { formatInstant, type Instant } from '../core/instant.ts';
import { windowsOf } from '../core/window.ts';
import { isKeyWindow } from '../core/windows/key-window-spec.ts';
import { nearest } from '../plan/nearest.ts';
import type { ViewPlan } from '../plan/plan.ts';
import { type ShownView, sortableColumns } from '../plan/shown-view.ts';
import { checkRollUp } from '../runtime/read/key-rows.ts';
import type { KeyQuery, WindowQuery } from '../runtime/read/query.ts';
import { checkStart } from '../runtime/read/window-rows.ts';
import type { Parameters } from './parameters.ts';
import { invalid, Problem } from './problem.ts';
import { parseBound, parseInstant, parseLength } from './time.ts';
import { parseKeyValue, parseOrder } from './values.ts';

/** A request for rows, without paging. */
export type RowsQuery =
  | ({ readonly form: 'key' } & Omit<KeyQuery, 'limit' | 'after' | 'asOf'>)
  | ({ readonly form: 'window' } & Omit<WindowQuery, 'limit' | 'after' | 'asOf'>);

const KEY_FORM = ['from', 'to', 'order', 'every'];
const WINDOW_FORM = ['order_by'];
const PAGING = ['limit', 'cursor', 'as_of'];

/** Every parameter a request for a view's rows can have. */
export function rowsParameters(view: ViewPlan): string[] {
  return [...keyParameterNames(view), ...KEY_FORM, 'window', ...WINDOW_FORM, ...PAGING];
}

/** The parameters that name a key. */
export function keyParameterNames({ key }: ShownView): string[] {
  return key.flatMap(({ name, nullable }) => [`key.${name}`, ...(nullable ? [`key.${name}.is_null`] : [])]);
}

/**
 * Reads a request for rows: all windows of a key, or all keys of a window. A view without key columns has one key, which
 * is selected if no window is named.
 *
 * @param now the base of relative times
 * @throws Problem with the parameter's name
 */
export function parseRowsQuery(view: ViewPlan, parameters: Parameters, now: Instant): RowsQuery {
  const keyed = keyParameterNames(view).find((name) => parameters.has(name));
  if (parameters.has('window')) {
    if (keyed !== undefined) {
      throw invalid(keyed, 'rows are found by key or by window, not both: for one key in some windows use from and to instead of window');
    }
    refuse(parameters, KEY_FORM, 'it can only be used with a key; use order_by to sort the keys of a window');
    return parseWindowForm(view, parameters);
  }
  if (keyed === undefined && view.key.length > 0) {
    const key = view.key.map(({ name }) => `key.${name}`).join(' and ');
    throw new Problem('missing-parameter', `say which rows of "${view.name}": either ${key}, or window (latest, latest_final or a start)`, {
      parameter: `key.${view.key[0]?.name}`,
    });
  }
  refuse(parameters, WINDOW_FORM, 'it can only be used with window; use order (asc or desc) to sort the windows of a key');
  return {
    form: 'key',
    view: view.name,
    key: parseKey(view, parameters),
    from: parameters.read('from', (name, text) => parseBound(name, text, now)),
    to: parameters.read('to', (name, text) => parseBound(name, text, now)),
    order: parameters.read('order', parseOrder) ?? 'asc',
    every: parameters.read('every', (name, text) => parseEvery(name, text, view)),
  };
}

/**
 * Reads a key: a value for each of the view's key columns.
 *
 * @throws Problem naming the parameter that is missing or wrong
 */
export function parseKey({ key }: ShownView, parameters: Parameters): unknown[] {
  return key.map((part) => parseKeyPart(part, parameters));
}

function parseKeyPart(part: Column, parameters: Parameters): unknown {
  const name = `key.${part.name}`;
  const isNull = parameters.read(`${name}.is_null`, (parameter, text) => {
    if (text !== 'true') throw invalid(parameter, `the only value is true; for keys that are not NULL use ${name}`);
    if (parameters.has(name)) throw invalid(parameter, `it cannot be combined with ${name}`);
    return true;
  });
  if (isNull) return null;
  const value = parameters.read(name, (parameter, text) => parseKeyValue(parameter, text, part.type));
  if (value !== undefined) return value;
  const orNull = part.nullable ? ` (or ${name}.is_null=true)` : '';
  throw new Problem('missing-parameter', `${name}${orNull} is missing: a key needs all its columns`, { parameter: name });
}

function parseEvery(name: string, text: string, view: ViewPlan): number {
  const every = parseLength(name, text);
  explained(name, () => checkRollUp(view, every));
  return every;
}

function parseWindowForm(view: ViewPlan, parameters: Parameters): RowsQuery {
  return {
    form: 'window',
    view: view.name,
    window: parameters.read('window', (name, text) => parseWindowOf(name, text, view)) ?? 'latest',
    orderBy: parameters.read('order_by', (name, text) => parseOrderBy(name, text, view)) ?? [],
  };
}

/**
 * Reads which window is asked for.
 *
 * @throws Problem naming the parameter
 */
export function parseWindow(name: string, text: string): WindowQuery['window'] {
  if (text === 'latest' || text === 'latest_final') return text;
  const [from = '', to, ...more] = text.split('/');
  if (more.length > 0) throw invalid(name, `"${text}" is not a window: write latest, latest_final, START or START/END`);
  if (to === undefined && /^[a-z_]+$/i.test(from)) {
    throw invalid(name, `"${text}" is not a window: write latest, latest_final, or its start in ISO 8601 such as 2026-01-01T00:00:00Z`);
  }
  return { start: parseInstant(name, from), end: to === undefined ? undefined : parseInstant(name, to) };
}

/** Reads which window of a view is requested, and checks that the view can have it. */
function parseWindowOf(name: string, text: string, view: ViewPlan): WindowQuery['window'] {
  const wanted = parseWindow(name, text);
  if (typeof wanted === 'string') return wanted;
  const { start, end } = wanted;
  explained(name, () => checkStart(view, start));
  // An unaligned window can end at any time.
  if (isKeyWindow(view.window)) return wanted;
  const first = windowsOf(view.window, start).filter((window) => window.start === start);
  if (end !== undefined && !first.some((window) => window.end === end)) {
    const ends =
      first.length > 5
        ? `steps up to ${formatInstant(first.at(-1)?.end as Instant)}`
        : first.map((window) => formatInstant(window.end)).join(', ');
    throw invalid(
      name,
      `a window of "${view.name}" that starts at ${formatInstant(start)} does not end at ${formatInstant(end)}: its ends are ${ends}; you can leave the end out`,
    );
  }
  return wanted;
}

/**
 * Reads the columns to sort a window's rows by.
 *
 * @throws Problem naming the parameter
 */
export function parseOrderBy(name: string, text: string, view: ShownView): WindowQuery['orderBy'] {
  const columns = sortableColumns(view).map((column) => column.name);
  const seen = new Set<string>();
  return text.split(',').map((part) => {
    const descending = part.startsWith('-');
    const column = descending ? part.slice(1) : part;
    if (!columns.includes(column)) {
      const near = nearest(column, columns);
      throw invalid(
        name,
        `"${view.name}" cannot be sorted by "${column}"; ${near === undefined ? `its columns are ${columns.join(', ')}` : `did you mean ${near}?`}`,
      );
    }
    if (seen.has(column)) throw invalid(name, `${column} occurs twice`);
    seen.add(column);
    return { column, descending };
  });
}

/** @throws Problem if one of these parameters is present */
export function refuse(parameters: Parameters, names: readonly string[], why: string): void {
  const given = names.find((name) => parameters.has(name));
  if (given !== undefined) throw invalid(given, why);
}

/** Runs a check of the engine and adds the parameter's name to its error. */
function explained(parameter: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    throw error instanceof MillraceError && error.code === 'argument' ? invalid(parameter, error.message) : error;
  }
}
