import { findAggregate } from '../plan/aggregates/functions.ts';
import { functionProblem } from '../plan/user-function.ts';
import type { UserScalar } from '../plan/user-scalar.ts';
import { columnTypesProblem } from './columns.ts';
import type { UserAccumulator } from './definition.ts';
import { type DefinitionReader, shown } from './definition-reader.ts';

/** User-defined functions by their names in SQL. */
export interface SqlFunctions {
  readonly scalars: ReadonlyMap<string, UserScalar>;
  readonly aggregates: ReadonlyMap<string, UserAccumulator>;
}

/** Checks the functions of `sql(text, { functions })`. */
export function compileFunctions(given: Readonly<Record<string, unknown>>, reader: DefinitionReader): SqlFunctions {
  const scalars = new Map<string, UserScalar>();
  const aggregates = new Map<string, UserAccumulator>();
  for (const [name, fn] of Object.entries(given)) {
    const { scalar, accumulator } = (fn ?? {}) as { scalar?: Omit<UserScalar, 'name'>; accumulator?: UserAccumulator };
    if (!reader.check(nameProblem(name))) continue;
    if (accumulator) {
      if (reader.check(accumulatorProblem(name, accumulator))) aggregates.set(name, accumulator);
    } else if (scalar) {
      if (reader.check(scalarProblem(name, scalar))) scalars.set(name, { ...scalar, name });
    } else reader.problem(`functions: "${name}" is ${shown(fn)}: make it with scalar(…) or accumulator(…)`);
  }
  return { scalars, aggregates };
}

/** SQL reads names in lower case. */
function nameProblem(name: string): string | undefined {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(name)) {
    return `functions: ${shown(name)} is not a valid name in SQL: use at most 63 lower-case letters, digits and "_"`;
  }
  return findAggregate(name) && `functions: ${name} is a built-in aggregate: choose another name`;
}

function accumulatorProblem(name: string, { args, type }: UserAccumulator): string | undefined {
  const missing = args === undefined ? 'args' : type === undefined ? 'type' : undefined;
  return (
    missing &&
    `functions: the accumulator ${name} needs ${missing} for SQL: accumulator({ …, args: ['double precision'], type: 'double precision' })`
  );
}

function scalarProblem(name: string, { args, result, call }: Omit<UserScalar, 'name'>): string | undefined {
  const types = typeof result === 'object' && result !== null ? Object.values(result) : [result];
  if (types.length === 0) return `functions: the result of ${name} has no columns`;
  return (
    columnTypesProblem(`functions: the arguments of ${name}`, args) ??
    columnTypesProblem(`functions: the result of ${name}`, types) ??
    functionProblem(`functions: ${name}`, call)
  );
}
