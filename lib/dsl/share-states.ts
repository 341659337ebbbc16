import { avg } from '../core/accumulators/avg.ts';
import { count } from '../core/accumulators/count.ts';
import { keptElsewhere } from '../core/accumulators/kept-elsewhere.ts';
import { sum, sumIntegers } from '../core/accumulators/sum.ts';
import type { Window } from '../core/window.ts';
import type { FlowColumn } from '../plan/adder.ts';
import type { AggregateStructure } from '../plan/fingerprint.ts';
import type { AggregatePlan } from '../plan/plan.ts';

/**
 * Lets aggregates share a state where one holds what another needs: an average knows its sum and its count, all quantiles of a column
 * come from one sketch. Views that ask for several of them are common, and states are what is computed, stored and paid for.
 *
 * @param plans a view's aggregates
 * @param structures what each is made of, in the same order; that it is part of the fingerprint makes sharing part of it too
 * @param columns the columns they take
 */
export function shareStates(
  plans: readonly AggregatePlan[],
  structures: readonly AggregateStructure[],
  columns: ReadonlyMap<string, FlowColumn>,
): AggregatePlan[] {
  const holders = structures.flatMap(({ accumulator, columns: [column], filters }, index) =>
    accumulator === avg.name && filters === 0 ? [{ index, column }] : [],
  );
  const always = new Set(
    [...columns.values()].filter(({ column, checked }) => checked && !column.nullable).map(({ column }) => `${column.name} ${column.type}`),
  );
  const kinds = plans.map(({ accumulator: { state } }, i) => {
    const { columns: used, filters } = structures[i] as AggregateStructure;
    return state === undefined || filters > 0 ? undefined : JSON.stringify([state, ...used]);
  });
  return plans.map((plan, i) => {
    const {
      accumulator,
      columns: [column],
      filters,
    } = structures[i] as AggregateStructure;
    if (filters > 0) return plan;
    const earlier = kinds[i] === undefined ? i : kinds.indexOf(kinds[i]);
    if (earlier < i) return shared(plan, earlier, plan.accumulator.result);
    if (accumulator === sum.name) {
      const result = plan.accumulator === sumIntegers ? avg.integerSumOf : avg.sumOf;
      return shared(plan, holders.find((holder) => holder.column === column)?.index, result);
    }
    if (accumulator !== count.name) return plan;
    const holder = holders.find((holder) => (column === undefined ? always.has(holder.column as string) : holder.column === column));
    return shared(plan, holder?.index, avg.countOf);
  });
}

function shared<A>(plan: AggregatePlan, index: number | undefined, result: (acc: A, window?: Window) => unknown): AggregatePlan {
  if (index === undefined) return plan;
  return Object.freeze({
    ...plan,
    accumulator: keptElsewhere,
    add: (acc: unknown) => acc,
    result: (pane: readonly unknown[], window?: Window) => result(pane[index] as A, window),
  });
}
