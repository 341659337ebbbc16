import type { ColumnType, Row } from '../../core/column.ts';
import { eventAdder, type FlowColumn, filteredAdder, presenceAdder, valuesAdder } from '../adder.ts';
import type { AggregateStructure } from '../fingerprint.ts';
import type { AggregatePlan } from '../plan.ts';
import type { AggregateFunction, AggregateOrder, AggregateShape, AnyAccumulator } from './aggregate-function.ts';
import { findAggregate } from './functions.ts';

/** A call of an aggregate, in SQL or the DSL. */
export interface AggregateCall {
  /** SQL's name, e.g. `approx_quantile` */
  readonly name: string;
  /** its values: columns, or anything that reads a typed value */
  readonly values: readonly FlowColumn[];
  /** the constants that follow them */
  readonly constants: readonly unknown[];
  readonly distinct?: boolean;
  readonly orderBy?: readonly (AggregateOrder & { readonly by: FlowColumn })[];
}

/** An aggregate for a view's plan, and its part of the view's fingerprint. */
export interface BoundAggregate {
  readonly plan: Omit<AggregatePlan, 'name'>;
  readonly structure: Omit<AggregateStructure, 'name'>;
  /** whether it is NULL over no rows */
  readonly noneIsNull: boolean;
}

/**
 * Checks a call of a built-in aggregate and compiles it.
 *
 * @param written the name as the user wrote it, for messages; default: the name in SQL
 * @returns the aggregate, or a text that says what is wrong with the call
 * @example
 * ```ts
 * const ms: FlowColumn = { column: { name: 'ms', type: 'bigint', nullable: true }, checked: true };
 * bindAggregate({ name: 'approx_quantile', values: [ms], constants: [0.95] }); // { plan: { type: 'double precision', nullable: true, … }, … }
 * ```
 */
export function bindAggregate(call: AggregateCall, written: string = call.name): BoundAggregate | string {
  const fn = findAggregate(call.name);
  if (!fn) return `there is no aggregate ${written}`;
  const wrong = valuesProblem(fn, call, written) ?? modifierProblem(fn, call, written);
  if (wrong !== undefined) return wrong;
  const constants: unknown[] = [];
  for (const [at, parameter] of fn.constants.entries()) {
    const given = call.constants[at];
    const value = parameter.read(given);
    if (value === undefined) return `${parameter.name} must be ${parameter.expected}; it is ${shown(given)}`;
    constants.push(value);
  }
  const { values, orderBy = [] } = call;
  const shape: AggregateShape = {
    types: values.map(({ column }) => column.type),
    constants,
    distinct: call.distinct === true && fn.distinct === 'apart',
    order: orderBy.map(({ descending, nullsFirst }) => ({ descending, nullsFirst })),
  };
  const accumulator = fn.accumulator(shape);
  const nullable = values.some(({ column }) => column.nullable);
  const nulls = fn.nulls(shape);
  return {
    plan: {
      type: fn.type(shape),
      nullable: nulls === 'perhaps' || nulls === 'beyond bound' || (nulls === 'no values' && nullable),
      accumulator,
      add: adderOf(fn, accumulator, call),
    },
    structure: {
      accumulator: accumulator.name,
      columns: [...values, ...orderBy.map(({ by }) => by)].map(({ column }) => `${column.name} ${column.type}`),
      filters: 0,
    },
    noneIsNull: nulls !== 'never' && nulls !== 'beyond bound',
  };
}

/** The same aggregate over only the rows for which a predicate holds: SQL's `FILTER (WHERE …)`. */
export function filteredAggregate({ plan, structure, noneIsNull }: BoundAggregate, predicate: (row: Row) => boolean): BoundAggregate {
  return {
    plan: { ...plan, nullable: plan.nullable || noneIsNull, add: filteredAdder(predicate, plan.add) },
    structure: { ...structure, filters: structure.filters + 1 },
    noneIsNull,
  };
}

function adderOf(
  fn: AggregateFunction,
  accumulator: AnyAccumulator,
  { values, distinct, orderBy = [] }: AggregateCall,
): AggregatePlan['add'] {
  const [first] = values;
  if (!first) return eventAdder(accumulator);
  if (fn.presenceOnly && !distinct) return presenceAdder(accumulator, first);
  const { takesNulls, inDoubles } = fn;
  // With DISTINCT, the values themselves determine the order.
  return valuesAdder(accumulator, values, { takesNulls, inDoubles, others: distinct ? [] : orderBy.map(({ by }) => by) });
}

/** Checks the number and types of the values. */
function valuesProblem(fn: AggregateFunction, { values }: AggregateCall, written: string): string | undefined {
  const { length } = fn.values;
  if (values.length !== length && !(fn.optional && values.length === 0)) {
    return `${written} takes ${length === 1 ? 'one value' : `${length} values`}, not ${values.length || 'none'}`;
  }
  for (const [at, { column }] of values.entries()) {
    const takes = fn.values[at] as readonly ColumnType[];
    if (takes.includes(column.type)) continue;
    const which = length === 1 ? 'a value' : `as its ${at === 0 ? 'first' : 'second'} value one`;
    return `${written} takes ${which} that is ${takes.join(', ')}; "${column.name}" is ${column.type}`;
  }
  return undefined;
}

function modifierProblem(fn: AggregateFunction, { distinct, orderBy = [], values }: AggregateCall, written: string): string | undefined {
  const [first] = values;
  if (distinct && (fn.distinct === 'refused' || !first)) return `${written} does not take DISTINCT`;
  if (distinct && first?.column.type === 'jsonb') return `${written} does not take DISTINCT of jsonb`;
  if (orderBy.length > 0 && !fn.ordered) return `${written} does not take ORDER BY`;
  if (distinct && (orderBy.length > 1 || (orderBy[0] && orderBy[0].by.column.name !== first?.column.name))) {
    return `${written} with DISTINCT can be ordered by the value itself only`;
  }
  const unordered = orderBy.find(({ by }) => by.column.type === 'jsonb');
  return unordered && `${written} cannot be ordered by "${unordered.by.column.name}", which is jsonb`;
}

function shown(value: unknown): string {
  return typeof value === 'string'
    ? JSON.stringify(value.slice(0, 60))
    : typeof value === 'object' && value !== null
      ? 'an object'
      : String(value);
}
