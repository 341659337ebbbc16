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
 * Shares states between aggregates of a view, where one state contains what another needs. An average contains a sum and a count. A summary of a column's
 * numbers also contains the minimum and the maximum. All quantiles of a column use one sketch. Views with several such aggregates are
 * common, and states determine the cost of computing and storing.
 *
 * @param plans a view's aggregates
 * @param structures their structures, in the same order; the fingerprint covers them, and so it covers sharing
 * @param columns their argument columns
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
    // A count of all events equals the count of a column that is never NULL.
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

/** An aggregate that can share its state, because it counts all events. */
interface Use {
  readonly name: string;
  readonly column: string | undefined;
  /** the kind and columns of its state, if others can have the same */
  readonly state: string | undefined;
}

/** Where a column's states are kept. */
interface Holder {
  readonly index: number;
  readonly column: string;
  // biome-ignore lint/suspicious/noExplicitAny: each reads the state of its holder
  readonly results: ReadonlyMap<string, (acc: any) => unknown>;
  /** the accumulator of the state, if it is not the aggregate's own */
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
