import type { FuncCall } from '@pgsql/types';
import { AGGREGATE_NAMES } from '../../plan/aggregates/functions.ts';
import { nearest } from '../../plan/nearest.ts';
import { nameParts, type PgNode } from '../ast.ts';
import type { Binder } from './binder.ts';
import { FUNCTIONS, REFUSED } from './functions/registry.ts';
import { applyOverload, chooseOverload, type Overload } from './overload.ts';
import type { Bound } from './types.ts';
import { applyUserScalar } from './user-call.ts';

/** Clauses of a call that only aggregates and window functions support. */
const MODIFIERS: Readonly<Partial<Record<keyof FuncCall, string>>> = {
  agg_filter: 'FILTER',
  agg_distinct: 'DISTINCT',
  agg_order: 'ORDER BY',
  agg_star: '*',
  agg_within_group: 'WITHIN GROUP',
  over: 'OVER',
  func_variadic: 'VARIADIC',
};

/** A call of a function, user-defined or built in. */
export function bindCall(node: PgNode, call: FuncCall, { scope, bind }: Binder): Bound {
  const parts = nameParts(call.funcname);
  const name = parts.at(-1) as string;
  const own = parts.length === 1 ? scope.functions.get(name) : undefined;
  if (parts.length > 1 && parts[0] !== 'pg_catalog')
    return scope.problem(node, `function ${parts.join('.')} does not exist`, 'there are no schemas');
  const overloads = FUNCTIONS.get(name);
  if (!own && !overloads) return missing(name, node, scope);
  for (const [field, word] of Object.entries(MODIFIERS)) {
    if (call[field as keyof FuncCall])
      return scope.problem(node, `${word} is not supported in a call of ${name}`, 'only aggregates support it: leave it out');
  }
  const nodes = call.args ?? [];
  const named = nodes.find((arg) => 'NamedArgExpr' in arg);
  if (named) return scope.problem(named, 'named arguments are not supported', 'pass them by position');
  const args = nodes.map(bind);
  if (own) return applyUserScalar(own, args, nodes, node, scope);
  const types = args.map(({ type }) => type);
  const chosen = chooseOverload(overloads as readonly Overload[], types);
  if (!chosen) {
    const forms = (overloads as readonly Overload[]).map((overload) => signature(name, overload)).join(', ');
    return scope.problem(node, `function ${name}(${types.join(', ')}) does not exist`, `there is: ${forms}; cast with CAST(… AS type)`);
  }
  return applyOverload(chosen, args, nodes, node, scope, (structures) => `${name}(${structures.join(', ')})`);
}

function signature(name: string, { args, rest }: Overload): string {
  return `${name}(${[...args, ...(rest ? [`${rest} …`] : [])].join(', ')})`;
}

function missing(name: string, node: PgNode, scope: Binder['scope']): never {
  if (Object.hasOwn(REFUSED, name)) return scope.problem(node, `function ${name} is not supported`, REFUSED[name]);
  const near = nearest(name, [...AGGREGATE_NAMES, ...scope.functions.keys(), ...FUNCTIONS.keys()]);
  return scope.problem(node, `function ${name} does not exist`, near && `did you mean ${near}?`);
}
