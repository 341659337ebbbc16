import type { FuncCall } from '@pgsql/types';
import type { Column, Row } from '../core/column.ts';
import { compileAggregate } from '../dsl/compile-aggregate.ts';
import type { AggregateDefinition, BuiltinDefinition, UserAccumulator } from '../dsl/definition.ts';
import { DefinitionReader } from '../dsl/definition-reader.ts';
import type { FlowColumn } from '../plan/adder.ts';
import type { AggregateFunction } from '../plan/aggregates/aggregate-function.ts';
import { findAggregate } from '../plan/aggregates/functions.ts';
import type { AggregatePlan } from '../plan/plan.ts';
import { Problems } from '../plan/problems.ts';
import { nameParts, type PgNode } from './ast.ts';
import { bindCondition } from './condition.ts';
import type { Environment } from './environment.ts';
import { bindExpression } from './expression/bind.ts';
import type { Scope } from './expression/types.ts';
import { hasAggregate } from './is-grouped.ts';
import { readOrders } from './order.ts';
import type { Item } from './query.ts';
import { type Construct, type Fail, onlyKnown } from './refusal.ts';
import { itemOf } from './scope.ts';
import { resultType, toResult } from './values.ts';

/** A bound call of an aggregate, ready for a view's definition. */
export interface AggregateCall {
  readonly definition: AggregateDefinition;
  /** its argument columns, including computed ones */
  readonly columns: ReadonlyMap<string, FlowColumn>;
  /** equal for equal calls */
  readonly structure: string;
  /** the aggregate, complete except for its name */
  readonly plan: Omit<AggregatePlan, 'name'>;
}

/** What a call's arguments may refer to. */
export interface ArgumentScope {
  readonly scope: Scope;
  /** the same columns, to recognise arguments that are plain columns */
  readonly items: readonly Item[];
}

const CALL: Readonly<Record<string, Construct>> = {
  agg_within_group: ['WITHIN GROUP', 'write approx_quantile(x, 0.95)'],
  func_variadic: ['VARIADIC', 'write the arguments one by one'],
};
const KNOWN = ['funcname', 'args', 'agg_filter', 'agg_star', 'agg_distinct', 'agg_order', 'funcformat'];

/** Reads a call of an aggregate. */
export function bindAggregate(node: PgNode, call: FuncCall, inner: ArgumentScope, environment: Environment): AggregateCall {
  const { fail, functions } = environment;
  const name = nameParts(call.funcname).at(-1) ?? '';
  onlyKnown(call, KNOWN, CALL, node, fail);
  const nested = [...(call.args ?? []), call.agg_filter].find((part) => hasAggregate(part, environment));
  if (nested) fail(nested, 'aggregates cannot be nested', 'aggregate in a sub-query first');
  const columns = new Map<string, FlowColumn>();
  const user = functions.aggregates.get(name);
  const called = user
    ? userCall(node, call, user, inner, columns)
    : builtinCall(node, call, findAggregate(name) as AggregateFunction, inner, columns, fail);
  let { definition, structure } = called;
  if (call.agg_filter) {
    const filter = bindCondition(call.agg_filter, inner.scope, 'FILTER (WHERE …)');
    definition = { kind: 'filter', predicate: (row: Row) => filter.evaluate(row) === true, aggregate: definition };
    structure += ` filter ${filter.structure}`;
  }
  return { definition, columns, structure, plan: compiled(node, name, definition, columns, fail) };
}

interface Called {
  readonly definition: AggregateDefinition;
  readonly structure: string;
}

function builtinCall(
  node: PgNode,
  call: FuncCall,
  fn: AggregateFunction,
  inner: ArgumentScope,
  columns: Map<string, FlowColumn>,
  fail: Fail,
): Called {
  const { scope } = inner;
  const { name } = fn;
  const args = call.args ?? [];
  if (call.agg_star && fn.name !== 'count') scope.problem(node, `${name}(*) is not supported`, `write ${name}(column)`);
  if (fn.name === 'count' && !call.agg_star && args.length === 0) scope.problem(node, 'count() needs an argument', 'write count(*)');
  const many = Math.max(fn.values.length, fn.name === 'count' ? 1 : 0);
  const values = args.slice(0, many).map((argument) => flowColumn(argument, inner, columns));
  const constants = args.slice(many).map((argument) => constantOf(argument, scope));
  if (constants.length > fn.constants.length)
    scope.problem(args[many + fn.constants.length] as PgNode, `${name} has too many arguments, from this one on`);
  const orders = readOrders(call.agg_order ?? [], fail).map(({ node: by, descending, nullsFirst }) => ({
    column: flowColumn(by, inner, columns),
    descending,
    nullsFirst,
  }));
  const definition: BuiltinDefinition = {
    kind: 'builtin',
    name: fn.name,
    columns: values,
    constants,
    ...(call.agg_distinct ? { distinct: true } : {}),
    ...(orders.length > 0 ? { orderBy: orders } : {}),
  };
  return { definition, structure: JSON.stringify([fn.name, values, constants, call.agg_distinct ?? false, orders]) };
}

function userCall(node: PgNode, call: FuncCall, user: UserAccumulator, inner: ArgumentScope, columns: Map<string, FlowColumn>): Called {
  const { scope } = inner;
  const { args = [] } = call;
  if (call.agg_star || args.length === 0) scope.problem(node, `${user.name} needs arguments: the columns to aggregate`);
  if (call.agg_distinct) scope.problem(node, `DISTINCT in ${user.name} is not supported`, 'leave it out');
  if (call.agg_order) scope.problem(node, `ORDER BY in ${user.name} is not supported`, 'leave it out');
  const values = args.map((argument) => flowColumn(argument, inner, columns));
  return { definition: { kind: 'user', accumulator: user, columns: values }, structure: JSON.stringify(['user', user.name, values]) };
}

function compiled(
  node: PgNode,
  name: string,
  definition: AggregateDefinition,
  columns: ReadonlyMap<string, FlowColumn>,
  fail: Fail,
): AggregateCall['plan'] {
  const problems = new Problems();
  const result = compileAggregate(name, definition, columns, new DefinitionReader(problems, name));
  const [first] = problems.found;
  if (first !== undefined || !result) return fail(node, first?.what.replace(/^aggregate "[^"]*": /, '') ?? `${name} cannot be used`);
  return result.plan;
}

/** The name of the column that holds an argument: a column of the rows, or a computed one. */
function flowColumn(node: PgNode, { scope, items }: ArgumentScope, columns: Map<string, FlowColumn>): string {
  const bound = bindExpression(node, scope);
  const type = resultType(bound.type);
  if (type === undefined)
    return scope.problem(node, `an aggregate cannot take a value of type ${bound.type}`, 'convert it to seconds: extract(epoch from …)');
  const field = itemOf(node, items)?.field;
  const column: Column = { name: field ?? bound.structure, type, nullable: bound.nullable };
  columns.set(
    column.name,
    field === undefined ? { column, checked: true, read: (row) => toResult(type, bound.evaluate(row)) } : { column, checked: true },
  );
  return column.name;
}

function constantOf(node: PgNode, scope: Scope): unknown {
  const bound = bindExpression(node, scope);
  return bound.constant ? bound.evaluate({}) : scope.problem(node, 'this must be the same for every row', 'write a constant, such as 0.95');
}
