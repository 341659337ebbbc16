import type { Instant } from '../core/instant.ts';
import type { DerivedViewPlan } from '../plan/relation.ts';
import type { DerivedRowsQuery, DerivedWindowQuery } from '../runtime/read/derived/derived-rows.ts';
import type { Parameters } from './parameters.ts';
import { invalid, Problem } from './problem.ts';
import { keyParameterNames, parseKey, parseOrderBy, parseWindow, refuse } from './rows-query.ts';
import { parseBound } from './time.ts';
import { parseOrder } from './values.ts';

/** A request for a derived view's rows, without paging. */
export type DerivedQuery =
  | ({ readonly form: 'rows' } & Omit<DerivedRowsQuery, 'limit' | 'after' | 'asOf'>)
  | ({ readonly form: 'window' } & Omit<DerivedWindowQuery, 'limit' | 'after' | 'asOf'>);

const RANGE = ['from', 'to', 'order'];

/** Every parameter a request for a derived view's rows can have. */
export function derivedRowsParameters(view: DerivedViewPlan): string[] {
  return [...keyParameterNames(view), ...RANGE, 'window', 'order_by', 'limit', 'cursor', 'as_of'];
}

/**
 * Reads a request for rows of a derived view: all windows of a key, or one window. A view without a key is read by
 * time if no window is named.
 *
 * @param now the base of relative times
 * @throws Problem with the parameter's name
 */
export function parseDerivedQuery(view: DerivedViewPlan, parameters: Parameters, now: Instant): DerivedQuery {
  const keyed = keyParameterNames(view).find((name) => parameters.has(name));
  if (parameters.has('window')) {
    if (keyed !== undefined) throw invalid(keyed, 'rows are found by key or by window, not both: use from and to instead of window');
    refuse(parameters, RANGE, 'it can only be used with a key; use order_by to sort the rows of a window');
    return {
      form: 'window',
      window: parameters.read('window', parseWindow) ?? 'latest',
      orderBy: parameters.read('order_by', (name, text) => parseOrderBy(name, text, view)) ?? [],
    };
  }
  if (keyed === undefined && view.key.length > 0) {
    const key = view.key.map(({ name }) => `key.${name}`).join(' and ');
    throw new Problem('missing-parameter', `say which rows of "${view.name}": either ${key}, or window (latest, latest_final or a start)`, {
      parameter: `key.${view.key[0]?.name}`,
    });
  }
  refuse(parameters, ['order_by'], 'it can only be used with window; use order (asc or desc) to sort windows');
  return {
    form: 'rows',
    key: parseKey(view, parameters),
    from: parameters.read('from', (name, text) => parseBound(name, text, now)),
    to: parameters.read('to', (name, text) => parseBound(name, text, now)),
    order: parameters.read('order', parseOrder) ?? 'asc',
  };
}
