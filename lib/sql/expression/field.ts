import type { A_Indirection } from '@pgsql/types';
import { nearest } from '../../plan/nearest.ts';
import { nameParts, type PgNode } from '../ast.ts';
import type { Binder } from './binder.ts';
import { compose } from './constant.ts';
import type { Bound, Scope } from './types.ts';

/** `(f(x)).column`: one of the columns of the object that a function returns. */
export function bindField(node: PgNode, { arg, indirection }: A_Indirection, { scope, bind }: Binder): Bound {
  const [step, ...rest] = indirection ?? [];
  if (!step || !('String' in step) || rest.length > 0) {
    const what =
      step && 'A_Star' in step ? '(…).* is only allowed in the SELECT list, not in an expression' : 'subscripts are not supported';
    return scope.problem(node, what, "name one column: (f(x)).a; read a member of jsonb with j -> 'a'");
  }
  return fieldOf(bind(arg as PgNode), nameParts([step])[0] as string, node, scope);
}

/**
 * One column of an object that a multi-column function returns.
 *
 * @param bound the call
 * @param name one of its `fields`
 */
export function fieldOf(bound: Bound, name: string, node: PgNode, scope: Scope): Bound {
  const { fields } = bound;
  if (!fields)
    return scope.problem(
      node,
      `a value of type ${bound.type} has no columns`,
      bound.type === 'jsonb' ? `read a member: j -> '${name}'` : undefined,
    );
  const type = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (!type) {
    const near = nearest(name, Object.keys(fields));
    return scope.problem(
      node,
      `column "${name}" does not exist in ${bound.structure}`,
      near ? `did you mean "${near}"?` : `there are: ${Object.keys(fields).join(', ')}`,
    );
  }
  return compose(scope, node, [bound], {
    type,
    nullable: true,
    structure: `(${bound.structure}).${JSON.stringify(name)}`,
    evaluate: (row) => {
      const value = bound.evaluate(row) as Readonly<Record<string, unknown>> | null;
      return value === null ? null : (value[name] ?? null);
    },
  });
}
