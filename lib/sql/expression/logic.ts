import type { BoolExpr, BooleanTest, NullTest } from '@pgsql/types';
import type { PgNode } from '../ast.ts';
import type { Binder } from './binder.ts';
import { coerce } from './coerce.ts';
import { compose } from './constant.ts';
import { and, not, or } from './truth.ts';
import type { Bound } from './types.ts';

/** AND, OR and NOT in three-valued logic: the result is NULL only if a NULL operand decides it. */
export function bindBoolean(node: PgNode, expression: BoolExpr, { scope, bind }: Binder): Bound {
  const parts = (expression.args ?? []).map((arg) => coerce(bind(arg), 'boolean', arg, scope));
  const nullable = parts.some((part) => part.nullable);
  const evaluates = parts.map((part) => part.evaluate);
  const structures = parts.map((part) => part.structure);
  switch (expression.boolop) {
    case 'NOT_EXPR':
      return compose(scope, node, parts, {
        type: 'boolean',
        nullable,
        structure: `(NOT ${structures[0]})`,
        evaluate: not(evaluates[0] as Bound['evaluate']),
      });
    case 'AND_EXPR':
      return compose(scope, node, parts, {
        type: 'boolean',
        nullable,
        structure: `(${structures.join(' AND ')})`,
        evaluate: evaluates.reduce(and),
      });
    default:
      return compose(scope, node, parts, {
        type: 'boolean',
        nullable,
        structure: `(${structures.join(' OR ')})`,
        evaluate: evaluates.reduce(or),
      });
  }
}

/** IS NULL and IS NOT NULL. */
export function bindNullTest(node: PgNode, test: NullTest, { scope, bind }: Binder): Bound {
  const part = bind(test.arg as PgNode);
  const { evaluate } = part;
  const negated = test.nulltesttype === 'IS_NOT_NULL';
  return compose(scope, node, [part], {
    type: 'boolean',
    nullable: false,
    structure: `(${part.structure} IS ${negated ? 'NOT ' : ''}NULL)`,
    evaluate: negated ? (row) => evaluate(row) !== null : (row) => evaluate(row) === null,
  });
}

/** For IS TRUE and similar tests: the value they compare with, and whether they hold if it is equal. */
const TRUTH_TESTS: Readonly<Record<string, readonly [text: string, value: boolean | null, same: boolean]>> = {
  IS_TRUE: ['IS TRUE', true, true],
  IS_NOT_TRUE: ['IS NOT TRUE', true, false],
  IS_FALSE: ['IS FALSE', false, true],
  IS_NOT_FALSE: ['IS NOT FALSE', false, false],
  IS_UNKNOWN: ['IS UNKNOWN', null, true],
  IS_NOT_UNKNOWN: ['IS NOT UNKNOWN', null, false],
};

/** IS [NOT] TRUE, FALSE and UNKNOWN, which are never NULL. */
export function bindTruthTest(node: PgNode, test: BooleanTest, { scope, bind }: Binder): Bound {
  const arg = test.arg as PgNode;
  const part = coerce(bind(arg), 'boolean', arg, scope);
  const { evaluate } = part;
  const [text, value, same] = TRUTH_TESTS[test.booltesttype as string] as (typeof TRUTH_TESTS)[string];
  return compose(scope, node, [part], {
    type: 'boolean',
    nullable: false,
    structure: `(${part.structure} ${text})`,
    evaluate: same ? (row) => evaluate(row) === value : (row) => evaluate(row) !== value,
  });
}
