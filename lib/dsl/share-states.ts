import { avg } from '../core/accumulators/avg.ts';
import { count } from '../core/accumulators/count.ts';
import { keptElsewhere } from '../core/accumulators/kept-elsewhere.ts';
import { max, min } from '../core/accumulators/min-max.ts';
import { numberSummary } from '../core/accumulators/number-summary.ts';
import { sum, sumIntegers } from '../core/accumulators/sum.ts';
import type { Window } from '../core/window.ts';
import { type FlowColumn, valuesAdder } from '../plan/adder.ts';
import type { AggregateStructure } from '../plan/fingerprint.ts';
import type { AggregatePlan } from '../plan/plan.ts';

/**
 * Lets aggregates share a state where one holds what another needs: an average knows its sum and its count, a summary of a column's
 * numbers these and the least and the greatest, all quantiles of a column come from one sketch. Views that ask for several of them are
 * common, and states are what is computed, stored and paid for.
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
  const flows = new Map([...columns.values()].map((flow) => [`${flow.column.name} ${flow.column.type}`, flow]));
  const uses = plans.map(({ accumulator: { state } }, i): Use | undefined => {
    const { accumulator: name, columns: used, filters } = structures[i] as AggregateStructure;
    if (filters > 0) return undefined;
    return { name, column: used[0], state: state === undefined ? undefined : JSON.stringify([state, ...used]) };
  });
  const holders = holdersOf(uses, flows);
  return plans.map((plan, i) => {
    const use = uses[i];
    if (!use) return plan;
    const earlier = use.state === undefined ? i : uses.findIndex((other) => other?.state === use.state);
    if (earlier < i) return readFrom(plan, earlier, plan.accumulator.result);
    // A count of all events is that of a column which is never NULL.
    const holder =
      use.name === count.name && use.column === undefined
        ? holders.find(({ column }) => isAlways(flows.get(column)))
        : holders.find(({ column }) => column === use.column);
    const result = holder?.results.get(plan.accumulator === sumIntegers ? 'integer sum' : use.name);
    if (!holder || !result) return plan;
    if (holder.index !== i) return readFrom(plan, holder.index, result);
    return holder.adds ? Object.freeze({ ...plan, ...holder.adds, result: (pane: readonly unknown[]) => result(pane[i]) }) : plan;
  });
}

/** An aggregate that could share: all events count in it. */
interface Use {
  readonly name: string;
  readonly column: string | undefined;
  /** what kind of state, of which columns, where others may have the same */
  readonly state: string | undefined;
}

/** Where a column's states are kept. */
interface Holder {
  readonly index: number;
  readonly column: string;
  // biome-ignore lint/suspicious/noExplicitAny: each reads the state of its holder
  readonly results: ReadonlyMap<string, (acc: any) => unknown>;
  /** what keeps the state, where it is not the aggregate's own accumulator */
  readonly adds?: Pick<AggregatePlan, 'accumulator' | 'add'>;
}

const FROM_AVERAGE: Holder['results'] = new Map([
  [count.name, avg.countOf],
  [sum.name, avg.sumOf],
  ['integer sum', avg.integerSumOf],
]);
const FROM_SUMMARY: Holder['results'] = new Map([
  [count.name, numberSummary.countOf],
  [sum.name, numberSummary.sumOf],
  [avg.name, numberSummary.avgOf],
  [min.name, numberSummary.minOf],
  [max.name, numberSummary.maxOf],
]);

function holdersOf(uses: readonly (Use | undefined)[], flows: ReadonlyMap<string, FlowColumn>): Holder[] {
  return [...flows].flatMap(([column, flow]): Holder[] => {
    const has = (...names: string[]) => uses.findIndex((use) => use?.column === column && names.includes(use.name));
    const [totals, extremes, average] = [has(sum.name, avg.name), has(min.name, max.name), has(avg.name)];
    if (isDouble(flow) && totals >= 0 && extremes >= 0) {
      const adds = { accumulator: numberSummary, add: valuesAdder(numberSummary, [flow]) };
      return [{ index: Math.min(totals, extremes), column, results: FROM_SUMMARY, adds }];
    }
    return average >= 0 ? [{ index: average, column, results: FROM_AVERAGE }] : [];
  });
}

/** Whether a column's values are checked to be finite doubles or NULL. */
function isDouble({ column, checked, read }: FlowColumn): boolean {
  return column.type === 'double precision' && checked && !read;
}

function isAlways(flow: FlowColumn | undefined): boolean {
  return flow?.checked === true && !flow.column.nullable;
}

function readFrom<A>(plan: AggregatePlan, index: number, result: (acc: A, window?: Window) => unknown): AggregatePlan {
  return Object.freeze({
    ...plan,
    accumulator: keptElsewhere,
    add: (acc: unknown) => acc,
    result: (pane: readonly unknown[], window?: Window) => result(pane[index] as A, window),
  });
}
