import type { PgNode } from '../ast.ts';
import { coerce, isImplicit } from './coerce.ts';
import { attempt, compose, valueIn } from './constant.ts';
import { textOf } from './conversions.ts';
import { counted, countedPrepared } from './counted.ts';
import { lift } from './lift.ts';
import type { Bound, Scope, SqlType } from './types.ts';

/** The type of a parameter; `any` accepts every value, converted as a cast to text does, and `printed` as output shows it. */
export type Parameter = SqlType | 'any' | 'printed';

/** One of the forms of a function or an operator. */
export interface Overload {
  readonly args: readonly Parameter[];
  /** the type of one or more further arguments */
  readonly rest?: Parameter;
  readonly result: SqlType;
  /** whether `call` also receives NULL arguments, as `null`; otherwise the result is NULL if an argument is */
  readonly nulls?: true;
  /** whether it can return NULL for arguments that are not NULL; default: no */
  readonly nullable?: true;
  /** the value for arguments */
  readonly call: (...args: never[]) => unknown;
  /**
   * The position of the argument that varies per row, if the others are settings, usually constant, that are prepared first, such as
   * a pattern that is compiled. `call` then receives only the settings, and returns a function of that argument.
   */
  readonly subject?: number;
}

/**
 * Chooses a form as PostgreSQL does: the one with the most arguments that need no conversion; quoted literals fit everywhere. If one of two
 * operands is a quoted literal, a form with two parameters of the other operand's type has priority.
 *
 * @returns `undefined` if no form fits
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

/** The number of arguments with exactly the parameter's type; negative if one does not fit. */
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
 * @param structure makes the canonical text from the arguments' texts
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
  const plain = overload.call as (...values: unknown[]) => unknown;
  const call = hasTexts(overload) ? counted(plain, parts.length) : plain;
  const nullable = overload.nullable === true || (!nulls && parts.some((part) => part.nullable));
  const evaluate = subject === undefined ? lift(parts, call, nulls) : liftPrepared(parts, plain as Prepare, subject, node, scope);
  return compose(scope, node, parts, { type, nullable, structure: structure(parts.map((part) => part.structure)), evaluate });
}

/** Whether a form takes or makes texts, which can be of any length. */
function hasTexts({ args, rest, result }: Overload): boolean {
  return [...args, rest, result].some((type) => type === 'text' || type === 'any' || type === 'printed' || type === 'jsonb');
}

function adapt(arg: Bound, wanted: Parameter, node: PgNode, scope: Scope): Bound {
  if (wanted !== 'any' && wanted !== 'printed') return coerce(arg, wanted, node, scope);
  if (arg.type === 'text' || arg.type === 'unknown') return coerce(arg, 'text', node, scope);
  const { type, nullable, structure } = arg;
  // A boolean is cast to `true`, but printed as `t`.
  const call = wanted === 'printed' && type === 'boolean' ? (value: unknown) => (value ? 't' : 'f') : textOf(type);
  return compose(scope, node, [arg], { type: 'text', nullable, structure: `${wanted}(${structure})`, evaluate: lift([arg], call) });
}

type Prepare = (...settings: unknown[]) => (subject: unknown) => unknown;

/** Prepares the settings once if they are constant, otherwise whenever they differ from the previous row. */
function liftPrepared(parts: readonly Bound[], prepare: Prepare, subject: number, node: PgNode, scope: Scope): Bound['evaluate'] {
  const settings = parts.toSpliced(subject, 1);
  const { evaluate } = parts[subject] as Bound;
  if (settings.every((setting) => setting.constant)) {
    const values = settings.map(valueIn);
    if (values.includes(null)) return () => null;
    const prepared = countedPrepared(attempt(scope, node, () => prepare(...values)));
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
      prepared = countedPrepared(prepare(...values));
      last = values;
    }
    return prepared(value);
  };
}
