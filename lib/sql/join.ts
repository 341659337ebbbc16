import type { JoinExpr, Node } from '@pgsql/types';
import type { Column } from '../core/column.ts';
import type { Join, JoinPair } from '../plan/relation.ts';
import { nameParts, type PgNode } from './ast.ts';
import { bindCondition } from './condition.ts';
import type { Environment } from './environment.ts';
import { eventRows } from './event-rows.ts';
import type { Bound } from './expression/types.ts';
import type { Item, Query, RowsQuery } from './query.ts';
import { type Fail, onlyKnown } from './refusal.ts';
import { columnBound } from './rows.ts';
import { itemOf, scopeOf } from './scope.ts';
import { structureText } from './structure.ts';
import { resultType } from './values.ts';

const TYPES: Readonly<Record<string, Join['type']>> = { JOIN_INNER: 'inner', JOIN_LEFT: 'left', JOIN_RIGHT: 'right', JOIN_FULL: 'full' };
const HOW = 'write JOIN … ON a.window_start = b.window_start AND a.window_end = b.window_end AND a.key = b.key';

/** Types whose values can be compared with each other. */
const NUMBERS: ReadonlySet<string> = new Set(['bigint', 'double precision']);

type Pair = JoinPair & { readonly structure: string };

/** Binds a join of windowed results with the same kind of window, on the window and other columns. */
export function joinQueries(node: Node, join: JoinExpr, environment: Environment, bindSide: (node: Node) => Query): RowsQuery {
  const { fail } = environment;
  onlyKnown(
    join,
    ['jointype', 'larg', 'rarg', 'quals', 'usingClause'],
    {
      isNatural: ['NATURAL JOIN', 'name the columns by USING (…)'],
      join_using_alias: ['an alias for USING', 'leave it out'],
      alias: ['an alias for a join', 'use a sub-query'],
    },
    node,
    fail,
  );
  const type = TYPES[join.jointype ?? 'JOIN_INNER'];
  if (!type) return fail(node, 'this kind of join is not supported', 'the joins are inner, left, right and full');
  const left = eventRows(bindSide(join.larg as Node), join.larg as Node, environment);
  const right = eventRows(bindSide(join.rarg as Node), join.rarg as Node, environment);
  for (const [side, at] of [[left, join.larg] as const, [right, join.rarg] as const]) {
    if (side.rewindow)
      return fail(
        at,
        'rows with new windows must be grouped before they are joined',
        'use a sub-query with GROUP BY window_start, window_end',
      );
  }
  if (!join.quals && !join.usingClause) return fail(node, 'a CROSS JOIN is not supported', HOW);
  const joined = new Joined(type, left, right);
  const conditions = new Conditions(joined, environment);
  for (const name of nameParts(join.usingClause)) conditions.using(name, node);
  for (const each of conjuncts(join.quals)) conditions.on(each);
  conditions.checkWindow(node);
  return joined.query(conditions);
}

/** The two sides of a join and their shared columns. */
class Joined {
  readonly type: Join['type'];
  readonly left: RowsQuery;
  readonly right: RowsQuery;
  readonly columns: Column[] = [];
  readonly sources: Join['sources'][number][] = [];
  readonly leftItems: Item[];
  readonly rightItems: Item[];
  readonly merged: Item[] = [];

  constructor(type: Join['type'], left: RowsQuery, right: RowsQuery) {
    this.type = type;
    this.left = left;
    this.right = right;
    this.leftItems = left.items.map((item) => this.#column(item, 'left'));
    this.rightItems = right.items.map((item) => this.#column(item, 'right'));
  }

  get items(): Item[] {
    return [...this.merged, ...this.leftItems, ...this.rightItems];
  }

  #column(item: Item, side: 'left' | 'right'): Item {
    const name = `${side} ${this.columns.length}`;
    // Rows of an outer join may lack one side.
    const missing = this.type === 'full' || this.type === (side === 'left' ? 'right' : 'left');
    const column = { name, type: resultType(item.bound.type) ?? 'text', nullable: item.bound.nullable || missing };
    this.columns.push(column);
    this.sources.push({ side, column: item.field ?? item.name });
    const { role, ...rest } = item;
    const kept: Item = { ...rest, field: name, bound: columnBound(column) };
    if (role === undefined) return kept;
    return missing ? { ...kept, outerRole: role } : { ...kept, role };
  }

  /** Merges two columns of the same name, as USING does. */
  merge(left: Item, right: Item): void {
    this.leftItems[this.leftItems.indexOf(left)] = { ...left, merged: true };
    this.rightItems[this.rightItems.indexOf(right)] = { ...right, merged: true };
    const first = this.type === 'right' ? right : left;
    const second = this.type === 'right' ? left : right;
    const { qualifier: _, merged: __, field: ___, outerRole, ...rest } = first;
    const role = first.role ?? outerRole;
    const bound: Bound = {
      ...first.bound,
      nullable: first.bound.nullable && second.bound.nullable && role === undefined,
      structure: this.type === 'full' ? `COALESCE(${first.bound.structure}, ${second.bound.structure})` : first.bound.structure,
      evaluate: this.type === 'full' ? (row) => first.bound.evaluate(row) ?? second.bound.evaluate(row) : first.bound.evaluate,
    };
    this.merged.push({
      ...rest,
      bound,
      ...(this.type === 'full' || first.field === undefined ? {} : { field: first.field }),
      ...(role ? { role } : {}),
    });
  }

  query({ pairs, conditions }: Conditions): RowsQuery {
    const { type, left, right, columns, sources } = this;
    const relation: Join = {
      kind: 'join',
      type,
      left: left.relation,
      right: right.relation,
      on: pairs,
      ...(conditions.length === 0 ? {} : { condition: (row) => conditions.every((condition) => condition.evaluate(row) === true) }),
      sources,
      columns,
    };
    return {
      kind: 'rows',
      relation,
      items: this.items,
      windows: left.windows,
      structure: structureText([
        'join',
        type,
        left.structure,
        right.structure,
        pairs.map(({ structure }) => structure),
        conditions.map(({ structure }) => structure),
        sources,
      ]),
      key: undefined,
    };
  }
}

/** The conditions that a pair of rows must meet. */
class Conditions {
  readonly pairs: Pair[] = [];
  readonly conditions: Bound[] = [];
  readonly #joined: Joined;
  readonly #environment: Environment;
  readonly #roles = new Set<string>();

  constructor(joined: Joined, environment: Environment) {
    this.#joined = joined;
    this.#environment = environment;
  }

  using(name: string, place: PgNode): void {
    const fail: Fail = this.#environment.fail;
    const [left, ...otherLeft] = this.#joined.leftItems.filter((item) => item.name === name && !item.merged);
    const [right, ...otherRight] = this.#joined.rightItems.filter((item) => item.name === name && !item.merged);
    if (!left || !right || otherLeft.length > 0 || otherRight.length > 0) {
      fail(place, `USING (${name}): both sides need one column "${name}"`, 'write ON a.… = b.…');
    }
    const [one, other] = [left.bound.type, right.bound.type];
    if (one !== other && !(NUMBERS.has(one) && NUMBERS.has(other))) {
      fail(place, `USING (${name}): "${name}" is ${one} on the left and ${other} on the right`, 'cast one of them in a sub-query');
    }
    this.#equal(left, right);
    this.#joined.merge(left, right);
  }

  on(node: PgNode): void {
    const { fail, functions } = this.#environment;
    const { items, leftItems, rightItems } = this.#joined;
    const bound = bindCondition(node, scopeOf({ items, functions, fail }), 'ON');
    const [one, other] = equalItems(node, items);
    if (one && other && leftItems.includes(one) && rightItems.includes(other)) this.#equal(one, other);
    else if (one && other && leftItems.includes(other) && rightItems.includes(one)) this.#equal(other, one);
    else this.conditions.push(bound);
  }

  #equal(left: Item, right: Item): void {
    const [leftRole, rightRole] = [left.role ?? left.outerRole, right.role ?? right.outerRole];
    // Both rows of a pair always have the same window.
    if (leftRole !== undefined && leftRole === rightRole) this.#roles.add(leftRole);
    else
      this.pairs.push({
        left: comparable(left, right, this.#inputOf(left)),
        right: comparable(right, left, this.#inputOf(right)),
        structure: `${left.bound.structure} = ${right.bound.structure}`,
        ...(left.bound.type === right.bound.type && { columns: [left.field as string, right.field as string] }),
      });
  }

  /** A column's value, read from the row of its side. */
  #inputOf({ field }: Item): Bound['evaluate'] {
    const { columns, sources, left, right } = this.#joined;
    const i = columns.findIndex(({ name }) => name === field);
    const source = sources[i] as Join['sources'][number];
    const side = source.side === 'left' ? left : right;
    return (side.items.find((item) => (item.field ?? item.name) === source.column) as Item).bound.evaluate;
  }

  /** ON must say that windows are equal. Otherwise pairs of different windows would be dropped silently. */
  checkWindow(place: PgNode): void {
    const fail: Fail = this.#environment.fail;
    const { left, right } = this.#joined;
    if (!left.windows && !right.windows) return;
    if (!left.windows || !right.windows)
      fail(place, 'rows with windows cannot be joined with rows without', 'use the same windows on both sides');
    const same = left.windows.structure === right.windows.structure;
    if (!same) fail(place, 'the two sides have different windows', 'use windows of the same kind, size and offset on both sides');
    const both = this.#roles.has('start') && this.#roles.has('end');
    if (both || (left.windows.fixed && this.#roles.size > 0)) return;
    fail(place, 'rows of different windows cannot be joined', HOW);
  }
}

/** A column's value, converted to the type it is compared with: bigint to double precision if the other side is double precision. */
function comparable({ bound }: Item, other: Item, evaluate: Bound['evaluate']): Bound['evaluate'] {
  if (bound.type !== 'bigint' || other.bound.type !== 'double precision') return evaluate;
  return (row) => {
    const value = evaluate(row);
    return typeof value === 'bigint' ? Number(value) : value;
  };
}

function conjuncts(node: Node | undefined): PgNode[] {
  if (!node) return [];
  if ('BoolExpr' in node && node.BoolExpr.boolop === 'AND_EXPR') return (node.BoolExpr.args ?? []).flatMap(conjuncts);
  return [node];
}

/** The columns of `a = b`. */
function equalItems(node: PgNode, items: readonly Item[]): readonly (Item | undefined)[] {
  if (!('A_Expr' in node) || node.A_Expr.kind !== 'AEXPR_OP' || nameParts(node.A_Expr.name).join('.') !== '=') return [];
  const { lexpr, rexpr } = node.A_Expr;
  return [lexpr && itemOf(lexpr, items), rexpr && itemOf(rexpr, items)];
}
