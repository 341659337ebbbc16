import type { FuncCall, SelectStmt } from '@pgsql/types';
import { findAggregate } from '../plan/aggregates/functions.ts';
import { nameParts } from './ast.ts';
import type { Environment } from './environment.ts';

/** Whether a function call is an aggregate. */
export function isAggregate(call: FuncCall, { functions }: Environment): boolean {
  if (call.over) return false;
  const name = nameParts(call.funcname).at(-1) ?? '';
  return findAggregate(name) !== undefined || functions.aggregates.has(name);
}

/** Whether a SELECT groups: by GROUP BY or HAVING, or because it calls an aggregate. */
export function isGrouped(select: SelectStmt, environment: Environment): boolean {
  if (select.groupClause || select.havingClause) return true;
  return hasAggregate(select.targetList, environment);
}

/** Whether anything in a part of a parse tree calls an aggregate. */
export function hasAggregate(part: unknown, environment: Environment): boolean {
  if (typeof part !== 'object' || part === null) return false;
  if ('SubLink' in part) return false;
  if ('FuncCall' in part && isAggregate(part.FuncCall as FuncCall, environment)) return true;
  return Object.values(part).some((inner) => hasAggregate(inner, environment));
}
