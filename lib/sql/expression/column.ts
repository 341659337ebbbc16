import type { ColumnRef } from '@pgsql/types';
import { nearest } from '../../plan/nearest.ts';
import { nameParts, type PgNode } from '../ast.ts';
import type { Bound, Scope, ScopeColumn } from './types.ts';

/** A column by its name, or by its table's and its own. */
export function bindColumn(node: PgNode, reference: ColumnRef, scope: Scope): Bound {
  const parts = nameParts(reference.fields);
  const [name, qualifier, ...rest] = parts.toReversed() as [string, ...string[]];
  if (name === '*') return scope.problem(node, '"*" cannot be part of an expression', 'name a column');
  if (rest.length > 0) return scope.problem(node, `${parts.join('.')} has too many parts`, 'write table.column');
  const named = scope.columns.filter((column) => column.name === name);
  const found = qualifier === undefined ? named : named.filter((column) => column.qualifier === qualifier);
  const [column] = found;
  if (!column) return missing(node, name, qualifier, scope);
  if (found.length > 1) {
    const tables = found.map((each) => `${each.qualifier ?? ''}.${name}`).join(' or ');
    return scope.problem(node, `column reference "${name}" is ambiguous`, `write ${tables}`);
  }
  return { type: column.type, nullable: column.nullable, structure: structureOf(column, named.length > 1), evaluate: reader(column) };
}

/** A qualifier counts only where it tells two columns apart: an alias alone does not change what a view computes. */
function structureOf(column: ScopeColumn, shared: boolean): string {
  const name = JSON.stringify(column.name);
  return shared && column.qualifier !== undefined ? `${JSON.stringify(column.qualifier)}.${name}` : name;
}

/** Rows may lack a column that is NULL. */
function reader({ read }: ScopeColumn): Bound['evaluate'] {
  return (row) => {
    const value = read(row);
    return value === undefined ? null : value;
  };
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
