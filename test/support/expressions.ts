import { loadModule, parseSync } from 'libpg-query';
import type { Row } from '../../lib/core/column.ts';
import { nameParts, type PgNode } from '../../lib/sql/ast.ts';
import { bindExpression } from '../../lib/sql/expression/bind.ts';
import type { Bound, Scope, SqlType } from '../../lib/sql/expression/types.ts';

await loadModule();

/** Parses one expression. */
function parseExpression(sql: string): PgNode {
  const tree = parseSync(`SELECT ${sql}`) as {
    stmts: [{ stmt: { SelectStmt: { targetList: [{ ResTarget: { val: PgNode } }, ...unknown[]] } } }];
  };
  return tree.stmts[0].stmt.SelectStmt.targetList[0].ResTarget.val;
}

/** What a mistaken expression is refused with. */
class Refused extends Error {}

/** A scope over columns given by name and type, whose rows hold values as expressions do. */
export function scopeOf(types: Readonly<Record<string, SqlType>>, rest: Partial<Scope> = {}): Scope {
  return {
    columns: Object.keys(types).map((name) => ({ name })),
    functions: new Map(),
    resolve: (node) => {
      const [name = '', ...more] = 'ColumnRef' in node ? nameParts(node.ColumnRef.fields) : [];
      const type = more.length === 0 && Object.hasOwn(types, name) ? types[name] : undefined;
      return type && { type, nullable: true, structure: JSON.stringify(name), evaluate: (row: Row) => row[name] ?? null };
    },
    problem: (_, message, hint) => {
      throw new Refused(hint ? `${message}; ${hint}` : message);
    },
    ...rest,
  };
}

export function bindSql(sql: string, scope: Scope = scopeOf({})): Bound {
  return bindExpression(parseExpression(sql), scope);
}
