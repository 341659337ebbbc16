import { compareValues } from '../../core/accumulators/scalar-codec.ts';
import type { PgNode } from '../ast.ts';
import { coerce, isImplicit } from './coerce.ts';
import { compose } from './constant.ts';
import { lift } from './lift.ts';
import type { Bound, Scope, SqlType } from './types.ts';
import { type Interval, lengthOf } from './values/interval.ts';
import { formatJson } from './values/json.ts';

type Test = (a: unknown, b: unknown) => boolean;
/** Below, equal to or above zero. */
type Compare = (a: unknown, b: unknown) => number;

export function isComparison(operator: string): boolean {
  return operator === '=' || operator === '<>' || Object.hasOwn(PRIMITIVE, operator);
}

/** A value with its position in the text. */
export interface Operand {
  readonly bound: Bound;
  readonly node: PgNode;
}

/**
 * Makes two values comparable: they have the same type, or one converts implicitly to the other's type.
 *
 * @param operator for the error
 */
export function comparable(left: Operand, right: Operand, operator: string, node: PgNode, scope: Scope): readonly [Bound, Bound] {
  const [l, r] = [left.bound.type, right.bound.type];
  const type = l === 'unknown' ? (r === 'unknown' ? 'text' : r) : r === 'unknown' || l === r || isImplicit(r, l) ? l : r;
  if (l !== 'unknown' && l !== type && !isImplicit(l, type)) {
    return scope.problem(node, `operator does not exist: ${l} ${operator} ${r}`, 'cast one side to the type of the other: CAST(… AS type)');
  }
  return [coerce(left.bound, type, left.node, scope), coerce(right.bound, type, right.node, scope)];
}

/** A comparison by `=`, `<>`, `<`, `<=`, `>`, `>=`: NULL where either side is. */
export function bindComparison(operator: string, left: Operand, right: Operand, node: PgNode, scope: Scope): Bound {
  const parts = comparable(left, right, operator, node, scope);
  const [l, r] = parts;
  return compose(scope, node, parts, {
    type: 'boolean',
    nullable: l.nullable || r.nullable,
    structure: `(${l.structure} ${operator} ${r.structure})`,
    evaluate: lift(parts, testOf(operator, l.type, node, scope) as (...args: unknown[]) => unknown),
  });
}

function testOf(operator: string, type: SqlType, node: PgNode, scope: Scope): Test {
  if (operator === '=') return equalityOf(type);
  if (operator === '<>') {
    const equal = equalityOf(type);
    return (a, b) => !equal(a, b);
  }
  // JavaScript's operators compare numbers and BigInts exactly, and are several times as fast as a comparison function.
  const test = PRIMITIVE[operator] as Test;
  if (type !== 'text' && type !== 'interval' && type !== 'jsonb') return test;
  const compare = orderOf(type, node, scope);
  return (a, b) => test(compare(a, b), 0);
}

/** The ordering operators, implemented by JavaScript's own. */
const PRIMITIVE: Readonly<Record<string, Test>> = {
  '<': (a, b) => (a as number) < (b as number),
  '<=': (a, b) => (a as number) <= (b as number),
  '>': (a, b) => (a as number) > (b as number),
  '>=': (a, b) => (a as number) >= (b as number),
};

/** Whether two values of a type, not NULL, are equal. A bigint has only one form, so identity suffices. */
export function equalityOf(type: SqlType): Test {
  if (type === 'interval') return (a, b) => lengthOf(a as Interval) === lengthOf(b as Interval);
  if (type === 'jsonb') return (a, b) => a === b || formatJson(a) === formatJson(b);
  return (a, b) => a === b;
}

/** How values of a type are ordered: text by code point, false before true, a month as 30 days. */
export function orderOf(type: SqlType, node: PgNode, scope: Scope): Compare {
  if (type === 'interval') return (a, b) => lengthOf(a as Interval) - lengthOf(b as Interval);
  if (type === 'jsonb') return scope.problem(node, 'jsonb values cannot be ordered', "extract the value to compare: (j ->> 'a')::bigint");
  return compareValues;
}

/** IS [NOT] DISTINCT FROM: equality that treats NULL like any other value. */
export function bindDistinct(negated: boolean, left: Operand, right: Operand, node: PgNode, scope: Scope): Bound {
  const operator = `IS ${negated ? 'NOT ' : ''}DISTINCT FROM`;
  const parts = comparable(left, right, operator, node, scope);
  const [l, r] = parts;
  const equal = equalityOf(l.type);
  const same = (a: unknown, b: unknown): boolean => (a === null || b === null ? a === b : equal(a, b));
  return compose(scope, node, parts, {
    type: 'boolean',
    nullable: false,
    structure: `(${l.structure} ${operator} ${r.structure})`,
    evaluate: (row) => same(l.evaluate(row), r.evaluate(row)) === negated,
  });
}
