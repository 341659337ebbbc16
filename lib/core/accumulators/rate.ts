import type { Accumulator } from '../accumulator.ts';
import type { Window } from '../window.ts';
import { count } from './count.ts';
import { sum } from './sum.ts';

/** How many events there are per second of the window, from its start to its end; NULL where there is no window that ends. */
export const eventRate: Accumulator<number, [], number | null> = {
  ...count,
  name: 'rate',
  result: (acc, window) => perSecond(acc, window),
};

/** The sum of the values per second of the window, from its start to its end; NULL of nothing, and where there is no window that ends. */
export const sumRate: Accumulator<ReturnType<typeof sum.create>, [number | bigint], number | null> = {
  ...sum,
  name: 'rate',
  result: (acc, window) => perSecond(sum.result(acc), window),
};

function perSecond(total: number | null, window: Window | undefined): number | null {
  const seconds = window ? (window.end - window.start) / 1000 : Number.POSITIVE_INFINITY;
  if (total === null || !(seconds > 0 && Number.isFinite(seconds))) return null;
  const rate = total / seconds;
  return Number.isFinite(rate) ? rate + 0 : null;
}
