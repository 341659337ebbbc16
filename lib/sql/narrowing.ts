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

/** An operator as it reads from the other side. */
const MIRRORED: Readonly<Record<string, string>> = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** What an expression is of the rows a condition looks at. */
export interface NarrowingNames {
  /** which end of a row's window */
  readonly end: (node: PgNode) => 'start' | 'end' | undefined;
  /** which column */
  readonly field: (node: PgNode) => string | undefined;
}

/** The names of the items of a FROM clause. */
export function itemNames(items: readonly Item[]): NarrowingNames {
  return {
    end: (node) => {
      const item = itemOf(node, items);
      // The side of an outer join that may be missing has no window there, and no comparison holds of NULL.
      return item?.role ?? item?.outerRole;
    },
    field: (node) => itemOf(node, items)?.field,
  };
}

/**
 * What a condition says of the windows and of single columns of the rows for which it holds: comparisons with constants, joined by AND.
 * Everything else in it is left to the condition itself.
 *
 * @param node a condition that was bound in `scope`
 * @returns `undefined` when it says nothing of that kind
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

  /** What a subject is compared with, if that is a constant of its own type and not NULL. */
  #constant(subject: PgNode, other: PgNode): Bound | undefined {
    const bound = bindExpression(subject, this.#scope);
    const constant = bindExpression(other, this.#scope);
    if (!constant.constant) return undefined;
    const [left, right] = comparable({ bound, node: subject }, { bound: constant, node: other }, '=', subject, this.#scope);
    return left === bound && valueIn(right) !== null ? right : undefined;
  }

  /** A row's window ends at or after its start, so a bound of either end is one of the whole. */
  #bound(operator: string, value: Instant): void {
    if (operator !== '<' && operator !== '<=') this.#from = Math.max(this.#from, value);
    if (operator !== '>' && operator !== '>=') this.#to = Math.min(this.#to, value);
  }

  #equal(field: string, values: readonly unknown[]): void {
    const known = this.#equals.get(field);
    this.#equals.set(field, known ? known.filter((value) => values.includes(value)) : values);
  }
}
