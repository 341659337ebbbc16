import type { FuncCall } from '@pgsql/types';
import type { Column } from '../core/column.ts';
import type { Order, Rank, Relation } from '../plan/relation.ts';
import { nameParts, type PgNode } from './ast.ts';
import type { Environment } from './environment.ts';
import { bindExpression } from './expression/bind.ts';
import type { Bound, Scope } from './expression/types.ts';
import { bindOrders, ranked } from './order.ts';
import type { RowsWindows } from './query.ts';
import { type Construct, type Fail, onlyKnown } from './refusal.ts';

const FUNCTIONS = ['row_number', 'rank', 'dense_rank'] as const;
/** PostgreSQL's default frame: range between unbounded preceding and current row, not written explicitly. */
const DEFAULT_FRAME = 1058;

const USAGE = 'write ROW_NUMBER() OVER (PARTITION BY window_start, window_end, … ORDER BY … DESC)';

const WINDOW: Readonly<Record<string, Construct>> = {
  name: ['a named window', 'write its definition after OVER'],
  refname: ['a named window', 'write its definition after OVER'],
  startOffset: ['a frame', 'leave it out: a rank covers the whole partition'],
  endOffset: ['a frame', 'leave it out: a rank covers the whole partition'],
};

/** The rank calls of a SELECT; each adds a column to its rows. */
export class Ranks {
  readonly #environment: Environment;
  readonly #windows: RowsWindows | undefined;
  readonly #found = new Map<string, { readonly bound: Bound; readonly rank: Omit<Rank, 'input' | 'columns'> }>();

  constructor(environment: Environment, windows: RowsWindows | undefined) {
    this.#environment = environment;
    this.#windows = windows;
  }

  get structures(): string[] {
    return [...this.#found.keys()];
  }

  /**
   * Reads a call with OVER.
   *
   * @param scope the names that its clauses may use
   * @param roleOf the bound of the window that an expression is
   */
  bind(node: PgNode, call: FuncCall, scope: Scope, roleOf: (node: PgNode) => 'start' | 'end' | undefined): Bound {
    const { fail } = this.#environment;
    const name = nameParts(call.funcname).at(-1) ?? '';
    const fn = FUNCTIONS.find((each) => each === name);
    if (!fn) return fail(node, `${name}(…) OVER is not supported`, `the functions with OVER are ${FUNCTIONS.join(', ')}: ${USAGE}`);
    onlyKnown(
      call,
      ['funcname', 'over', 'funcformat'],
      { args: ['an argument', `write ${name}()`], agg_star: ['*', `write ${name}()`] },
      node,
      fail,
    );
    const over = call.over ?? {};
    onlyKnown(over, ['partitionClause', 'orderClause', 'frameOptions'], WINDOW, node, fail);
    if (over.frameOptions !== DEFAULT_FRAME)
      fail(over.location ?? node, 'a frame is not supported', 'leave it out: a rank covers the whole partition');
    const partitions = over.partitionClause ?? [];
    this.#checkWindow(node, new Set(partitions.map(roleOf)), fail);
    const partitionBy = partitions.map((part) => bindExpression(part, scope));
    if (!over.orderClause) fail(node, `${name}() needs ORDER BY`, USAGE);
    const { orders, structure: order } = bindOrders(over.orderClause ?? [], scope, fail);
    const structure = `${fn}(${partitionBy.map((part) => part.structure).join(', ')}; ${order})`;
    return this.#column(structure, fn, partitionBy, orders);
  }

  #column(structure: string, fn: Rank['function'], partitionBy: readonly Bound[], orderBy: readonly Order[]): Bound {
    const known = this.#found.get(structure);
    if (known) return known.bound;
    const as = `rank ${this.#found.size + 1}`;
    const bound: Bound = { type: 'bigint', nullable: false, structure, evaluate: (row) => row[as] };
    this.#found.set(structure, {
      bound,
      rank: { kind: 'rank', function: fn, partitionBy: partitionBy.map(ranked), orderBy, as },
    });
    return bound;
  }

  #checkWindow(node: PgNode, roles: ReadonlySet<string | undefined>, fail: Fail): void {
    if (this.#windows === undefined) return;
    const both = roles.has('start') && roles.has('end');
    if (both || (this.#windows.fixed && (roles.has('start') || roles.has('end')))) return;
    fail(node, 'rows of several windows cannot be ranked together', USAGE);
  }

  /** The relation with the ranks appended as columns. */
  over(relation: Relation): Relation {
    let result = relation;
    for (const { rank } of this.#found.values()) {
      const column: Column = { name: rank.as, type: 'bigint', nullable: false };
      result = { ...rank, input: result, columns: [...result.columns, column] };
    }
    return result;
  }
}
