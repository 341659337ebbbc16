import type { Instant } from '../core/instant.ts';
import type { Narrowing } from '../plan/relation.ts';
import { nameParts, type PgNode } from './ast.ts';
import { bindExpression } from './expression/bind.ts';
import { comparable } from './expression/comparison.ts';
import { valueIn } from './expression/constant.ts';
import type { Bound, Scope } from './expression/types.ts';
import type { Item } from './query.ts';
import { itemOf } from './scope.ts';
import { toResult } from './values.ts';

/** An operator with its operands exchanged. */
const MIRRORED: Readonly<Record<string, string>> = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** What an expression of a condition refers to. */
export interface NarrowingNames {
  /** a bound of a row's window */
  readonly end: (node: PgNode) => 'start' | 'end' | undefined;
  /** a column */
  readonly field: (node: PgNode) => string | undefined;
}

/** The names of the items of a FROM clause. */
export function itemNames(items: readonly Item[]): NarrowingNames {
  return {
    end: (node) => {
      const item = itemOf(node, items);
      // The side of an outer join that may be missing has no window, and no comparison with NULL is true.
      return item?.role ?? item?.outerRole;
    },
    field: (node) => itemOf(node, items)?.field,
  };
}

/**
 * The restrictions that a condition puts on the windows and on single columns of its rows: comparisons with constants, combined with AND.
 * The condition itself checks everything else.
 *
 * @param node a condition bound in `scope`
 * @returns `undefined` if it has no such restrictions
 */
export function narrowingOf(node: PgNode, scope: Scope, names: NarrowingNames): Narrowing | undefined {
  const found = new Found(scope, names);
  found.take(node);
  return found.narrowing;
}

class Found {
  readonly #scope: Scope;
  readonly #names: NarrowingNames;
  readonly #equals = new Map<string, readonly unknown[]>();
  #from = Number.NEGATIVE_INFINITY;
  #to = Number.POSITIVE_INFINITY;

  constructor(scope: Scope, names: NarrowingNames) {
    this.#scope = scope;
    this.#names = names;
  }

  get narrowing(): Narrowing | undefined {
    const bounded = this.#from !== Number.NEGATIVE_INFINITY || this.#to !== Number.POSITIVE_INFINITY;
    return bounded || this.#equals.size > 0 ? { from: this.#from, to: this.#to, equals: this.#equals } : undefined;
  }

  take(node: PgNode): void {
    if ('BoolExpr' in node && node.BoolExpr.boolop === 'AND_EXPR') for (const each of node.BoolExpr.args ?? []) this.take(each);
    else if ('NullTest' in node && node.NullTest.nulltesttype !== 'IS_NOT_NULL') this.#takeNull(node.NullTest.arg);
    else if ('A_Expr' in node) {
      const { kind, name, lexpr, rexpr } = node.A_Expr;
      if (!lexpr || !rexpr) return;
      const operator = nameParts(name).join('.');
      const list = 'List' in rexpr ? (rexpr.List.items ?? []) : [];
      if (kind === 'AEXPR_OP') this.#compare(lexpr, operator, rexpr);
      else if (kind === 'AEXPR_IN' && operator === '=') this.#oneOf(lexpr, list);
      else if (kind === 'AEXPR_BETWEEN' && list[0] && list[1]) {
        this.#compare(lexpr, '>=', list[0]);
        this.#compare(lexpr, '<=', list[1]);
      }
    }
  }

  #takeNull(arg: PgNode | undefined): void {
    const field = arg && this.#names.field(arg);
    if (field !== undefined) this.#equal(field, [null]);
  }

  #compare(left: PgNode, operator: string, right: PgNode): void {
    const mirrored = Object.hasOwn(MIRRORED, operator) ? MIRRORED[operator] : undefined;
    if (mirrored === undefined) return;
    this.#compareWith(left, operator, right);
    this.#compareWith(right, mirrored, left);
  }

  #compareWith(subject: PgNode, operator: string, other: PgNode): void {
    const end = this.#names.end(subject);
    const field = this.#names.field(subject);
    if (end === undefined && field === undefined) return;
    const constant = this.#constant(subject, other);
    if (!constant) return;
    const value = valueIn(constant);
    if (end !== undefined) this.#bound(operator, value as Instant);
    else if (field !== undefined && operator === '=' && constant.type !== 'unknown' && constant.type !== 'interval') {
      this.#equal(field, [toResult(constant.type === 'timestamp' ? 'timestamptz' : constant.type, value)]);
    }
  }

  #oneOf(subject: PgNode, list: readonly PgNode[]): void {
    const constants = list.map((each) => this.#constant(subject, each)).filter((each) => each !== undefined);
    if (constants.length < list.length || constants.length === 0) return;
    const values = constants.map(valueIn);
    if (this.#names.end(subject) !== undefined) {
      this.#bound('>=', Math.min(...(values as Instant[])));
      this.#bound('<=', Math.max(...(values as Instant[])));
      return;
    }
    const field = this.#names.field(subject);
    const type = constants[0]?.type;
    if (field === undefined || type === undefined || type === 'unknown' || type === 'interval' || type === 'timestamp') return;
    this.#equal(
      field,
      values.map((value) => toResult(type, value)),
    );
  }

  /** The constant that a subject is compared with, if it has the same type and is not NULL. */
  #constant(subject: PgNode, other: PgNode): Bound | undefined {
    const bound = bindExpression(subject, this.#scope);
    const constant = bindExpression(other, this.#scope);
    if (!constant.constant) return undefined;
    const [left, right] = comparable({ bound, node: subject }, { bound: constant, node: other }, '=', subject, this.#scope);
    return left === bound && valueIn(right) !== null ? right : undefined;
  }

  /** A window ends at or after its start, so a restriction of either bound restricts the whole window. */
  #bound(operator: string, value: Instant): void {
    if (operator !== '<' && operator !== '<=') this.#from = Math.max(this.#from, value);
    if (operator !== '>' && operator !== '>=') this.#to = Math.min(this.#to, value);
  }

  #equal(field: string, values: readonly unknown[]): void {
    const known = this.#equals.get(field);
    this.#equals.set(field, known ? known.filter((value) => values.includes(value)) : values);
  }
}
