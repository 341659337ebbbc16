import { loadModule, parseSync } from 'libpg-query';
import type { Row } from '../../lib/core/column.ts';
import type { PgNode } from '../../lib/sql/ast.ts';
import { bindExpression } from '../../lib/sql/expression/bind.ts';
import type { Bound, Scope, ScopeColumn, SqlType } from '../../lib/sql/expression/types.ts';

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
  const columns = Object.entries(types).map(([name, type]): ScopeColumn => ({ name, type, nullable: true, read: (row: Row) => row[name] }));
  return {
    columns,
    functions: new Map(),
    problem: (_, message, hint) => {
      throw new Refused(hint ? `${message}; ${hint}` : message);
    },
    ...rest,
  };
}

export function bindSql(sql: string, scope: Scope = scopeOf({})): Bound {
  return bindExpression(parseExpression(sql), scope);
}
