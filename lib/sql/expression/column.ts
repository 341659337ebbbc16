import type { ColumnRef } from '@pgsql/types';
import { nearest } from '../../plan/nearest.ts';
import { nameParts, type PgNode } from '../ast.ts';
import type { Scope } from './types.ts';

/** Reports an unknown column name. The scope's `resolve` has already replaced known ones. */
export function refuseColumn(node: PgNode, reference: ColumnRef, scope: Scope): never {
  const parts = nameParts(reference.fields);
  const [name, qualifier, ...rest] = parts.toReversed() as [string, ...string[]];
  if (name === '*') return scope.problem(node, '"*" cannot be part of an expression', 'name a column');
  if (rest.length > 0) return scope.problem(node, `${parts.join('.')} has too many parts`, 'write table.column');
  const found = scope.columns.filter((column) => column.name === name && (qualifier === undefined || column.qualifier === qualifier));
  if (found.length === 0) return missing(node, name, qualifier, scope);
  const tables = found.map((each) => `${each.qualifier ?? ''}.${name}`).join(' or ');
  return scope.problem(node, `column reference "${name}" is ambiguous`, `write ${tables}`);
}

function missing(node: PgNode, name: string, qualifier: string | undefined, scope: Scope): never {
  const qualifiers = new Set(scope.columns.flatMap((column) => column.qualifier ?? []));
  if (qualifier !== undefined && !qualifiers.has(qualifier)) {
    const near = nearest(qualifier, qualifiers);
    return scope.problem(node, `there is no table "${qualifier}" in FROM`, near && `did you mean "${near}"?`);
  }
  const names = scope.columns.filter((column) => qualifier === undefined || column.qualifier === qualifier).map((column) => column.name);
  const near = nearest(name, names);
  const hint = near ? `did you mean "${near}"?` : names.length > 0 ? `there are: ${names.slice(0, 20).join(', ')}` : undefined;
  return scope.problem(node, `column "${qualifier === undefined ? name : `${qualifier}.${name}`}" does not exist`, hint);
}
