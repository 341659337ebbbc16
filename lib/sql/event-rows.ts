import type { Environment } from './environment.ts';
import type { Query, RowsQuery } from './query.ts';
import type { Place } from './refusal.ts';
import { settled } from './rows.ts';

/** A query's rows; events become rows of a view that keeps each of them. */
export function eventRows(query: Query, place: Place, { fail }: Environment): RowsQuery {
  if (query.kind === 'rows') return settled(query);
  return fail(place, 'events must be aggregated first', 'write GROUP BY window_start, window_end, …');
}
