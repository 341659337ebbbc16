import { userAccumulator } from '../core/accumulators/user-accumulator.ts';
import type { ColumnType } from '../core/column.ts';
import type { FlowColumn } from '../plan/adder.ts';
import { doubleReader, userAdder } from '../plan/adder.ts';
import type { BoundAggregate } from '../plan/aggregates/bind-aggregate.ts';
import { fits } from '../plan/column-value.ts';
import { functionProblem } from '../plan/user-function.ts';
import { columnFor } from './aggregate-column.ts';
import { columnTypesProblem, readDeclaration } from './columns.ts';
import type { AggregateDefinition, UserAccumulator } from './definition.ts';
import { type DefinitionReader, shown } from './definition-reader.ts';

/** Checks an aggregate made with `accumulator(…)`. */
export function compileUserAggregate(
  name: string,
  { accumulator: user, columns: given }: AggregateDefinition & { kind: 'user' },
  columns: ReadonlyMap<string, FlowColumn>,
  reader: DefinitionReader,
): BoundAggregate | undefined {
  const type = checkAccumulator(user, reader);
  if (given.length === 0) reader.problem(`aggregate "${name}": ${shown(user.name)} needs the names of its argument columns`);
  const from = given.map((column) => columnFor(name, String(user.name), column, columns, reader));
  if (type === undefined || from.length === 0 || from.includes(undefined)) return undefined;
  const used = from as FlowColumn[];
  if (!reader.check(argumentsProblem(name, user, used))) return undefined;
  const accumulator = userAccumulator(withNull(user));
  return {
    plan: {
      type,
      nullable: used.some(({ column }) => column.nullable),
      accumulator,
      add: userAdder(accumulator, used.map(asDeclared(user))),
    },
    structure: { accumulator: `user ${accumulator.name}`, columns: used.map(({ column }) => `${column.name} ${column.type}`), filters: 0 },
    noneIsNull: true,
  };
}

/** Checks its argument columns against its declared types. */
function argumentsProblem(name: string, { name: fn, args }: UserAccumulator, used: readonly FlowColumn[]): string | undefined {
  if (!Array.isArray(args)) return undefined;
  const takes = `aggregate "${name}": ${shown(fn)} takes ${args.join(', ')}`;
  if (used.length !== args.length) return `${takes}, not ${used.length} values`;
  const at = used.findIndex(({ column: { type } }, i) => type !== args[i] && !(type === 'bigint' && args[i] === 'double precision'));
  const misfit = used[at]?.column;
  return misfit && `${takes}; "${misfit.name}" is ${misfit.type}`;
}

/** Converts a whole number to a double if that is its declared type. */
function asDeclared({ args }: UserAccumulator): (from: FlowColumn, at: number) => FlowColumn {
  return (from, at) => {
    const convert = Array.isArray(args) && args[at] === 'double precision' && from.column.type === 'bigint';
    return convert ? { ...from, read: doubleReader(from) } : from;
  };
}

/** @returns the type of its results; `undefined` after a problem */
function checkAccumulator(user: UserAccumulator, reader: DefinitionReader): ColumnType | undefined {
  const what = `accumulator ${shown(user.name)}`;
  reader.options(Object.keys(user), ['name', 'create', 'add', 'merge', 'result', 'args', 'type'], what);
  const named = typeof user.name === 'string' && user.name.length > 0 && user.name.length <= 128;
  if (!named) reader.problem(`${what} needs a name of 1 to 128 characters: the name identifies stored state`);
  const parts = (['create', 'add', 'merge', 'result'] as const).map((part) =>
    reader.check(functionProblem(`${what}: ${part}`, user[part])),
  );
  if (user.args !== undefined && !reader.check(columnTypesProblem(`${what}: args`, user.args))) return undefined;
  if (parts.includes(false)) return undefined;
  const state = reader.attempt(() => [user.create()]);
  if (!state) return undefined;
  const strange = notJson(state[0], 'the state');
  if (strange !== undefined) {
    reader.problem(
      `${what}: create returns ${strange}, which JSON cannot represent: a state may have numbers, texts, booleans, null, arrays and plain objects (use null for an empty minimum, an array for a set)`,
    );
    return undefined;
  }
  if (!named) return undefined;
  const result = resultOfNothing(user, state[0]);
  if (user.type === undefined) return typeOf(result);
  const column = readDeclaration(user.name, user.type);
  if (typeof column === 'string') {
    reader.problem(`${what}: ${column}`);
    return undefined;
  }
  if (result !== undefined && result !== null && !isNoNumber(result) && !fits(column.type, result)) {
    reader.problem(`${what} declares results of type ${column.type}, but result(create()) returns ${shown(result)}`);
    return undefined;
  }
  return column.type;
}

/** The part of a state that JSON would lose; `undefined` if there is none. */
function notJson(value: unknown, path: string): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number')
    return Number.isFinite(value) && !Object.is(value, -0) ? undefined : `${path} ${Object.is(value, -0) ? '-0' : value}`;
  if (typeof value !== 'object') return `${path} ${value === undefined ? 'undefined' : `a ${typeof value}`}`;
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      const strange = notJson(item, `${path}[${i}]`);
      if (strange !== undefined) return strange;
    }
    return undefined;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return `${path} a ${prototype.constructor?.name ?? 'class instance'}`;
  for (const [name, item] of Object.entries(value)) {
    const strange = notJson(item, `${path}.${name}`);
    if (strange !== undefined) return strange;
  }
  return undefined;
}

function resultOfNothing(user: UserAccumulator, state: unknown): unknown {
  try {
    return user.result(state);
  } catch {
    // It may require at least one value.
    return undefined;
  }
}

function typeOf(result: unknown): ColumnType {
  if (typeof result === 'number') return 'double precision';
  if (typeof result === 'string') return 'text';
  if (typeof result === 'boolean') return 'boolean';
  return result instanceof Date ? 'timestamptz' : 'jsonb';
}

type State = [unknown] | null;

/** The accumulator with SQL's rule for no values: the result is NULL, and its own functions are not called. */
function withNull({ name, create, add, merge, result }: UserAccumulator) {
  return {
    name,
    create: (): State => null,
    add: (state: State, ...values: readonly unknown[]): State => {
      if (state === null) return [add(create(), ...values)];
      state[0] = add(state[0], ...values);
      return state;
    },
    merge: (into: State, from: State): State => {
      if (from === null) return into;
      if (into === null) return [merge(create(), from[0])];
      into[0] = merge(into[0], from[0]);
      return into;
    },
    result: (state: State): unknown => (state === null ? null : resultValue(result(state[0]))),
  };
}

/** A result in the form of rows; the accumulator must handle NaN and infinities itself. */
function resultValue(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : (value ?? null);
}

/** Whether a value is NaN or an infinity, which JSON cannot represent. */
function isNoNumber(value: unknown): boolean {
  return typeof value === 'number' && !Number.isFinite(value);
}
