import type { Column, ColumnType, Row } from '../core/column.ts';
import { resultColumnProblem } from '../plan/names.ts';
import type { Relation } from '../plan/relation.ts';
import type { PgNode } from './ast.ts';
import type { Environment } from './environment.ts';
import { bindExpression } from './expression/bind.ts';
import { fieldOf } from './expression/field.ts';
import { oncePerRow } from './expression/lift.ts';
import type { Bound, Scope } from './expression/types.ts';
import type { Item, RowsQuery, RowsWindows } from './query.ts';
import type { Fail } from './refusal.ts';
import { columnBound } from './rows.ts';
import { roleOf } from './scope.ts';
import { structureText } from './structure.ts';
import type { Target } from './targets.ts';
import { resultType, toResult } from './values.ts';

/** An output column: its name and how it is computed. */
export interface Output {
  readonly name: string;
  readonly node: PgNode;
  readonly bound: Bound;
  /** the bound of its row's window, if it is one */
  readonly role?: 'start' | 'end' | undefined;
}

/** Binds the output columns of a SELECT. */
export function bindTargets(
  targets: readonly Target[],
  scope: Scope,
  items: readonly Item[],
  ofItem: (item: Item, node: PgNode) => Bound,
  { fail }: Environment,
): Output[] {
  const outputs = targets.flatMap((target): Output[] => {
    const { name, node, item } = target;
    if (item) return [{ name, node, role: item.role, bound: ofItem(item, node) }];
    if (target.expand) return expanded(node, scope);
    return [{ name, node, role: roleOf(node, items), bound: bindExpression(node, scope) }];
  });
  const seen = new Set<string>();
  for (const { name, node } of outputs) {
    if (seen.has(name)) fail(node, `two output columns are called "${name}"`, 'rename one of them with AS');
    seen.add(name);
  }
  return outputs;
}

/** `(f(x)).*`: a column for each column of a function's result. */
function expanded(node: PgNode, scope: Scope): Output[] {
  const inner = 'A_Indirection' in node ? node.A_Indirection.arg : undefined;
  const bound = inner && bindExpression(inner, scope);
  if (!bound?.fields) return scope.problem(node, 'only a function with several columns can be followed by .*', 'name the column');
  const once = oncePerRow(bound);
  return Object.keys(bound.fields).map((name) => ({ name, node, bound: fieldOf(once, name, node, scope) }));
}

interface Projection {
  readonly relation: Relation;
  readonly outputs: readonly Output[];
  readonly windows: RowsWindows | undefined;
  readonly structure: string;
  /** the key of the relation's rows within a window; `undefined` if they have none */
  readonly key: readonly Bound[] | undefined;
  /** the column of the relation, if the expression is a plain column */
  readonly field: (bound: Bound) => string | undefined;
  readonly fail: Fail;
}

/** Rows of the output columns. */
export function projected({ relation, outputs, windows, structure, key, field, fail }: Projection): RowsQuery {
  const columns: Column[] = [];
  const values: ((row: Row) => unknown)[] = [];
  const items: Item[] = outputs.map((output) => {
    const { name, node, bound } = output;
    const type = columnTypeOf(bound, node, fail);
    const role = windows && output.role;
    const problem = role && name === `window_${role}` ? undefined : resultColumnProblem(name);
    if (problem !== undefined) fail(node, problem, reservedHint(name));
    const column = { name, type, nullable: bound.nullable };
    columns.push(column);
    values.push((row) => toResult(type, bound.evaluate(row)));
    return { name, field: name, bound: columnBound(column), ...(role ? { role } : {}) };
  });
  const names = key?.map((part) => outputs.find(({ bound }) => bound.structure === part.structure)?.name);
  return {
    kind: 'rows',
    relation: { kind: 'project', input: relation, values, fields: outputs.map(({ bound }) => field(bound)), columns },
    items,
    windows,
    structure: structureText([structure, outputs.map(({ name, bound }) => [name, bound.structure])]),
    key: names?.every((name) => name !== undefined) ? names : undefined,
  };
}

function reservedHint(name: string): string {
  const outer = `in an outer join, write COALESCE(a.${name}, b.${name}) AS ${name}, or join USING (window_start, window_end, …)`;
  return name.startsWith('window_') ? outer : 'name it by AS';
}

function columnTypeOf({ type }: Bound, node: PgNode, fail: Fail): ColumnType {
  return (
    resultType(type) ??
    fail(node, `a column cannot hold a value of type ${type}`, 'convert it to seconds with extract(epoch from …), or to text with …::text')
  );
}
