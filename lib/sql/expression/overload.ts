import type { PgNode } from '../ast.ts';
import { coerce, isImplicit } from './coerce.ts';
import { attempt, compose, valueIn } from './constant.ts';
import { textOf } from './conversions.ts';
import { lift } from './lift.ts';
import type { Bound, Scope, SqlType } from './types.ts';

/** The type of a parameter; `any` takes whatever there is as a cast makes text of it, `printed` as it is shown. */
export type Parameter = SqlType | 'any' | 'printed';

/** One of the forms of a function or an operator. */
export interface Overload {
  readonly args: readonly Parameter[];
  /** what one or more further arguments are */
  readonly rest?: Parameter;
  readonly result: SqlType;
  /** whether it is called with NULLs too, instead of giving NULL when an argument is; then `call` is given `null` */
  readonly nulls?: true;
  /** whether it can give NULL for arguments that are not; default: no */
  readonly nullable?: true;
  /** the value for arguments */
  readonly call: (...args: never[]) => unknown;
  /**
   * The place of the argument that differs from row to row, when the others are settings, usually constant, from which something is
   * made first, such as a compiled pattern: `call` is then given them alone, and gives a function of that argument.
   */
  readonly subject?: number;
}

/**
 * Chooses among forms as PostgreSQL does: what fits without conversion most often, quoted literals fitting everywhere. With one of two
 * operands a quoted literal, a form that takes two of the other's type goes first.
 *
 * @returns `undefined` when none fits
 */
export function chooseOverload(overloads: readonly Overload[], types: readonly SqlType[]): Overload | undefined {
  if (types.length === 2 && types.includes('unknown')) {
    const type = types.find((each) => each !== 'unknown');
    const same = overloads.find(({ args, rest }) => !rest && args.length === 2 && args.every((arg) => arg === type));
    if (same) return same;
  }
  let best: Overload | undefined;
  let most = -1;
  for (const overload of overloads) {
    const exact = countExact(overload, types);
    if (exact > most) {
      most = exact;
      best = overload;
    }
  }
  return best;
}

/** How many arguments are of the very type; below zero when one does not fit. */
function countExact({ args, rest }: Overload, types: readonly SqlType[]): number {
  if (rest ? types.length <= args.length : types.length !== args.length) return -1;
  let exact = 0;
  for (const [index, type] of types.entries()) {
    const wanted = args[index] ?? (rest as Parameter);
    if (wanted === type) exact++;
    else if (type !== 'unknown' && wanted !== 'any' && wanted !== 'printed' && !isImplicit(type, wanted)) return -1;
  }
  return exact;
}

/**
 * Applies a form to its arguments.
 *
 * @param structure the canonical text, from those of the arguments
 */
export function applyOverload(
  overload: Overload,
  args: readonly Bound[],
  nodes: readonly PgNode[],
  node: PgNode,
  scope: Scope,
  structure: (parts: readonly string[]) => string,
): Bound {
  const parts = args.map((arg, index) => adapt(arg, overload.args[index] ?? (overload.rest as Parameter), nodes[index] as PgNode, scope));
  const { result: type, nulls = false, subject } = overload;
  const call = overload.call as (...values: unknown[]) => unknown;
  const nullable = overload.nullable === true || (!nulls && parts.some((part) => part.nullable));
  const evaluate = subject === undefined ? lift(parts, call, nulls) : liftPrepared(parts, call as Prepare, subject, node, scope);
  return compose(scope, node, parts, { type, nullable, structure: structure(parts.map((part) => part.structure)), evaluate });
}

function adapt(arg: Bound, wanted: Parameter, node: PgNode, scope: Scope): Bound {
  if (wanted !== 'any' && wanted !== 'printed') return coerce(arg, wanted, node, scope);
  if (arg.type === 'text' || arg.type === 'unknown') return coerce(arg, 'text', node, scope);
  const { type, nullable, structure } = arg;
  // A truth value is cast to `true`, but shown as `t`.
  const call = wanted === 'printed' && type === 'boolean' ? (value: unknown) => (value ? 't' : 'f') : textOf(type);
  return compose(scope, node, [arg], { type: 'text', nullable, structure: `${wanted}(${structure})`, evaluate: lift([arg], call) });
}

type Prepare = (...settings: unknown[]) => (subject: unknown) => unknown;

/** Makes what the settings say once when they are constant, else when they differ from the row before. */
function liftPrepared(parts: readonly Bound[], prepare: Prepare, subject: number, node: PgNode, scope: Scope): Bound['evaluate'] {
  const settings = parts.toSpliced(subject, 1);
  const { evaluate } = parts[subject] as Bound;
  if (settings.every((setting) => setting.constant)) {
    const values = settings.map(valueIn);
    if (values.includes(null)) return () => null;
    const prepared = attempt(scope, node, () => prepare(...values));
    return (row) => {
      const value = evaluate(row);
      return value === null ? null : prepared(value);
    };
  }
  let last: readonly unknown[] = [];
  let prepared: (subject: unknown) => unknown;
  return (row) => {
    const value = evaluate(row);
    const values = settings.map((setting) => setting.evaluate(row));
    if (value === null || values.includes(null)) return null;
    if (last.length === 0 || values.some((each, index) => each !== last[index])) {
      prepared = prepare(...values);
      last = values;
    }
    return prepared(value);
  };
}
