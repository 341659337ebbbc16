import type { SelectStmt } from '@pgsql/types';
import type { Row } from '../core/column.ts';
import { type AggregateCall, bindAggregate } from './aggregate-call.ts';
import { nameParts, type PgNode } from './ast.ts';
import type { Environment } from './environment.ts';
import { bindExpression } from './expression/bind.ts';
import type { Bound, Scope } from './expression/types.ts';
import { hasAggregate, isAggregate } from './is-grouped.ts';
import type { NarrowingNames } from './narrowing.ts';
import type { Item, Query } from './query.ts';
import type { Fail } from './refusal.ts';
import { itemOf, roleOf, scopeOf } from './scope.ts';
import type { Target } from './targets.ts';
import { resultType, toExpression } from './values.ts';

/** A column of the grouped rows: part of the key, or an aggregate. Its name is determined last. */
interface Slot {
  name: string;
  readonly bound: Bound;
}

export interface KeySlot extends Slot {
  /** the key, computed from the input's rows */
  readonly input: Bound;
  readonly field: string | undefined;
}

export interface AggregateSlot extends Slot {
  readonly call: AggregateCall;
}

/** The parts of a grouped SELECT: its key, the window bounds it groups by, and its aggregates. */
export class Grouping {
  readonly keys: KeySlot[] = [];
  readonly aggregates: AggregateSlot[] = [];
  readonly roles = new Set<'start' | 'end'>();
  readonly #environment: Environment;
  readonly #items: readonly Item[];
  readonly #input: Scope;
  readonly #roleBounds = { start: roleBound('window_start'), end: roleBound('window_end') };
  #computed = false;

  constructor(select: SelectStmt, input: Query, targets: readonly Target[], environment: Environment) {
    this.#environment = environment;
    this.#items = input.items;
    const noWindow = input.kind === 'events' ? 'window_start and window_end can only be used in GROUP BY, SELECT and HAVING' : undefined;
    const { functions, fail } = environment;
    this.#input = scopeOf({ items: input.items, functions, fail, ...(noWindow === undefined ? {} : { noWindow }) });
    for (const node of select.groupClause ?? []) this.#addKey(node, targets);
  }

  #addKey(written: PgNode, targets: readonly Target[]): void {
    const fail: Fail = this.#environment.fail;
    if ('GroupingSet' in written) {
      fail(written, 'GROUPING SETS, ROLLUP and CUBE are not supported', 'make a view for each grouping');
    }
    const node = this.#named(written, targets);
    const item = itemOf(node, this.#items);
    const role = roleOf(node, this.#items);
    if (role) {
      this.roles.add(role);
      return;
    }
    const input = bindExpression(node, this.#input);
    const type = resultType(input.type);
    if (type === undefined) fail(written, `cannot group by a value of type ${input.type}`);
    if (this.keys.some((key) => key.input.structure === input.structure)) return;
    const slot: KeySlot = {
      name: '',
      input,
      field: item?.field,
      bound: {
        type,
        nullable: input.nullable,
        structure: input.structure,
        evaluate: (row: Row) => toExpression(type, row[slot.name]),
      },
    };
    if (item === undefined) this.#computed = true;
    this.keys.push(slot);
  }

  /** Resolves a position or an output name in GROUP BY. */
  #named(node: PgNode, targets: readonly Target[]): PgNode {
    const { fail } = this.#environment;
    if ('A_Const' in node) {
      const position = node.A_Const.ival ? (node.A_Const.ival.ival ?? 0) : undefined;
      const target = position === undefined ? undefined : targets[position - 1];
      if (!target)
        return fail(node, 'GROUP BY takes columns, expressions, or positions in the SELECT list', `positions are 1 to ${targets.length}`);
      return target.item ? columnNode(target.item, target.node) : target.node;
    }
    if (!('ColumnRef' in node) || itemOf(node, this.#items)) return node;
    const [name, ...more] = nameParts(node.ColumnRef.fields);
    // An input column has priority over an output name, as in PostgreSQL.
    if (more.length > 0 || this.#items.some((item) => item.name === name)) return node;
    const target = targets.find((each) => each.name === name && !each.item && !each.expand);
    return target?.node ?? node;
  }

  /** A scope for the clauses after grouping: SELECT, HAVING, and OVER. */
  scope(over?: (node: PgNode) => Bound | undefined): Scope {
    const { functions, fail } = this.#environment;
    return scopeOf({ items: this.#items, functions, fail, resolve: (node) => over?.(node) ?? this.#resolve(node) });
  }

  /** Expressions over the grouped rows. */
  get names(): NarrowingNames {
    return {
      end: (node) => {
        const role = roleOf(node, this.#items);
        return role && this.roles.has(role) ? role : undefined;
      },
      field: (node) => {
        const item = itemOf(node, this.#items);
        return item && this.keys.find((key) => key.input.structure === item.bound.structure)?.name;
      },
    };
  }

  /** Which bound of the window an expression is. */
  roleOf(node: PgNode): 'start' | 'end' | undefined {
    return roleOf(node, this.#items);
  }

  #resolve(node: PgNode): Bound | undefined {
    if ('FuncCall' in node && isAggregate(node.FuncCall, this.#environment)) return this.#aggregate(node);
    const item = itemOf(node, this.#items);
    if (item) return this.itemBound(item, node);
    const role = roleOf(node, this.#items);
    if (role && this.roles.has(role)) return this.#roleBounds[role];
    if (!this.#computed || 'A_Const' in node || hasAggregate(node, this.#environment)) return undefined;
    return this.#keyLike(node);
  }

  /** A column of the input after grouping. */
  itemBound(item: Item, place: PgNode): Bound {
    const { fail } = this.#environment;
    if (item.role) {
      if (this.roles.has(item.role)) return this.#roleBounds[item.role];
      return fail(place, `${item.name} must be in GROUP BY`, `write GROUP BY …, ${item.name}`);
    }
    const key = this.keys.find((each) => each.input.structure === item.bound.structure);
    if (key) return key.bound;
    return fail(
      place,
      `column "${item.name}" must be in GROUP BY or inside an aggregate`,
      `write GROUP BY …, ${item.name}, or for instance max(${item.name})`,
    );
  }

  /** The key column that an expression equals. */
  #keyLike(node: PgNode): Bound | undefined {
    if (!isExpression(node)) return undefined;
    const { functions, fail } = this.#environment;
    const structure = bindExpression(node, scopeOf({ items: this.#items, functions, fail })).structure;
    return this.keys.find((key) => key.input.structure === structure)?.bound;
  }

  #aggregate(node: Extract<PgNode, { FuncCall: unknown }>): Bound {
    const call = bindAggregate(node, node.FuncCall, { scope: this.#input, items: this.#items }, this.#environment);
    const known = this.aggregates.find((each) => each.call.structure === call.structure);
    if (known) return known.bound;
    const { type, nullable } = call.plan;
    const slot: AggregateSlot = {
      name: '',
      call,
      bound: { type, nullable, structure: call.structure, evaluate: (row: Row) => toExpression(type, row[slot.name]) },
    };
    this.aggregates.push(slot);
    return slot.bound;
  }
}

/** Whether a node is an expression, and not only a part of one. */
function isExpression(node: PgNode): boolean {
  return [
    'FuncCall',
    'A_Expr',
    'CaseExpr',
    'CoalesceExpr',
    'MinMaxExpr',
    'TypeCast',
    'BoolExpr',
    'A_Indirection',
    'NullTest',
    'BooleanTest',
  ].some((kind) => kind in node);
}

/** A reference to a column that `*` stands for. */
function columnNode({ name, qualifier }: Item, place: PgNode): PgNode {
  const location = 'ColumnRef' in place ? place.ColumnRef.location : undefined;
  const fields = [...(qualifier === undefined ? [] : [qualifier]), name].map((sval) => ({ String: { sval } }));
  return { ColumnRef: { fields, ...(location === undefined ? {} : { location }) } };
}

function roleBound(name: string): Bound {
  return { type: 'timestamptz', nullable: false, structure: `"${name}"`, evaluate: (row) => toExpression('timestamptz', row[name]) };
}
