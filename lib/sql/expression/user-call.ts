import type { ColumnType } from '../../core/column.ts';
import { toInstant } from '../../core/instant.ts';
import { fits, toInteger } from '../../plan/column-value.ts';
import type { UserScalar } from '../../plan/user-scalar.ts';
import type { PgNode } from '../ast.ts';
import { coerce } from './coerce.ts';
import { compose } from './constant.ts';
import { lift } from './lift.ts';
import type { Bound, Scope } from './types.ts';
import { fail } from './values/failure.ts';

/** A call of a user-defined function. Its result is checked against its declared type. */
export function applyUserScalar(fn: UserScalar, args: readonly Bound[], nodes: readonly PgNode[], node: PgNode, scope: Scope): Bound {
  const { name, result } = fn;
  if (args.length !== fn.args.length) {
    return scope.problem(
      node,
      `function ${name} takes ${fn.args.length} arguments, not ${args.length}`,
      `write ${name}(${fn.args.join(', ')})`,
    );
  }
  const parts = args.map((arg, index) => coerce(arg, fn.args[index] as ColumnType, nodes[index] as PgNode, scope));
  const call = fn.call as (...values: unknown[]) => unknown;
  const read = typeof result === 'string' ? (value: unknown) => valueOfType(result, value, name) : objectReader(result, name);
  const whole = {
    type: typeof result === 'string' ? result : ('jsonb' as const),
    nullable: true,
    structure: `${name}(${parts.map((part) => part.structure).join(', ')})`,
    evaluate: lift(parts, (...values) => read(call(...values)), !fn.strict),
    ...(typeof result === 'string' ? {} : { fields: result }),
  };
  // A function without arguments is called for every event too, not once at binding time.
  return parts.length === 0 ? whole : compose(scope, node, parts, whole);
}

function objectReader(columns: Readonly<Record<string, ColumnType>>, name: string): (value: unknown) => unknown {
  const entries = Object.entries(columns);
  return (value) => {
    if (value === null || value === undefined) return null;
    if (typeof value !== 'object' || Array.isArray(value))
      return fail(`function "${name}" must return an object, but returned ${typeof value}`);
    const given = value as Readonly<Record<string, unknown>>;
    const row: Record<string, unknown> = Object.create(null);
    for (const [column, type] of entries) row[column] = valueOfType(type, given[column], `${name}.${column}`);
    return row;
  };
}

/** Converts a value that a user-defined function returned to a type. */
function valueOfType(type: ColumnType, value: unknown, name: string): unknown {
  if (value === null || value === undefined) return null;
  const found = converted(type, value);
  return found === undefined
    ? fail(`function "${name}" must return ${type}, but returned ${typeof value} ${String(value).slice(0, 50)}`)
    : found;
}

function converted(type: ColumnType, value: unknown): unknown {
  if (type === 'timestamptz') return toInstant(value);
  if (type === 'bigint') {
    const integer = toInteger(value);
    // Adding zero turns −0 into 0.
    return typeof integer === 'number' ? integer + 0 : integer;
  }
  if (type !== 'jsonb') return !fits(type, value) ? undefined : typeof value === 'number' ? value + 0 : value;
  const isJson =
    typeof value !== 'function' && typeof value !== 'symbol' && !(typeof value === 'object' && value !== null && 'then' in value);
  return isJson ? value : undefined;
}
