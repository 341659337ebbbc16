import type { Accumulator } from '../core/accumulator.ts';
import { approxCountDistinct } from '../core/accumulators/approx-count-distinct.ts';
import { approxQuantile } from '../core/accumulators/approx-quantile.ts';
import { avg } from '../core/accumulators/avg.ts';
import { count } from '../core/accumulators/count.ts';
import { first, last } from '../core/accumulators/first-last.ts';
import { max, min } from '../core/accumulators/min-max.ts';
import { sum } from '../core/accumulators/sum.ts';
import { stddevPop, stddevSamp, varPop, varSamp } from '../core/accumulators/variance.ts';
import type { ColumnType, Row } from '../core/column.ts';
import { eventAdder, type FlowColumn, filteredAdder, presenceAdder, valueAdder } from '../plan/adder.ts';
import { functionProblem, predicateOf } from '../plan/user-function.ts';
import { compileUserAggregate } from './compile-user-aggregate.ts';
import { type CompiledAggregate, columnFor } from './compiled-aggregate.ts';
import type { AggregateDefinition, BuiltinName } from './definition.ts';
import { type DefinitionReader, shown } from './definition-reader.ts';

interface Builtin {
  // biome-ignore lint/suspicious/noExplicitAny: accumulators of every state type side by side
  readonly accumulator: Accumulator<any, any, unknown>;
  /** what its column can be */
  readonly takes: readonly ColumnType[];
  /** what it gives; `undefined`: its column's type */
  readonly gives?: ColumnType;
  /** NULL even when the column never is */
  readonly nullable?: boolean;
}

const NUMBERS: readonly ColumnType[] = ['bigint', 'double precision'];
const ORDERED: readonly ColumnType[] = [...NUMBERS, 'text', 'timestamptz'];
const SCALARS: readonly ColumnType[] = [...ORDERED, 'boolean'];
const DOUBLE = { takes: NUMBERS, gives: 'double precision' } as const;

const BUILTINS: Readonly<Record<Exclude<BuiltinName, 'count' | 'approxQuantile'>, Builtin>> = {
  sum: { accumulator: sum, takes: NUMBERS },
  avg: { accumulator: avg, ...DOUBLE },
  min: { accumulator: min, takes: ORDERED },
  max: { accumulator: max, takes: ORDERED },
  first: { accumulator: first, takes: [...SCALARS, 'jsonb'] },
  last: { accumulator: last, takes: [...SCALARS, 'jsonb'] },
  varSamp: { accumulator: varSamp, ...DOUBLE, nullable: true },
  varPop: { accumulator: varPop, ...DOUBLE },
  stddevSamp: { accumulator: stddevSamp, ...DOUBLE, nullable: true },
  stddevPop: { accumulator: stddevPop, ...DOUBLE },
  approxCountDistinct: { accumulator: approxCountDistinct, takes: SCALARS, gives: 'bigint' },
};

/**
 * Checks one aggregate.
 *
 * @param name its result column
 * @param columns the columns at this place of the flow
 * @returns `undefined` when a problem was noted
 */
export function compileAggregate(
  name: string,
  definition: AggregateDefinition | undefined,
  columns: ReadonlyMap<string, FlowColumn>,
  reader: DefinitionReader,
): CompiledAggregate | undefined {
  switch (definition?.kind) {
    case 'builtin':
      return compileBuiltin(name, definition, columns, reader);
    case 'user':
      return compileUserAggregate(name, definition, columns, reader);
    case 'filter': {
      const inner = compileAggregate(name, definition.aggregate, columns, reader);
      const fitting = reader.check(functionProblem(`aggregate "${name}": the filter`, definition.predicate));
      if (!inner || !fitting) return undefined;
      const { plan, structure, noneIsNull } = inner;
      return {
        plan: {
          ...plan,
          nullable: noneIsNull,
          add: filteredAdder(predicateOf<Row>(definition.predicate as (event: Row) => unknown), plan.add),
        },
        structure: { ...structure, filters: structure.filters + 1 },
        noneIsNull,
      };
    }
    default:
      reader.problem(`aggregate "${name}" is no aggregate: write e.g. ${name}: a.count(), or use one of your own made with accumulator(…)`);
      return undefined;
  }
}

function compileBuiltin(
  name: string,
  definition: AggregateDefinition & { kind: 'builtin' },
  columns: ReadonlyMap<string, FlowColumn>,
  reader: DefinitionReader,
): CompiledAggregate | undefined {
  const { name: fn, column, q } = definition;
  if (fn === 'count' && column === undefined) {
    return {
      plan: { type: 'bigint', nullable: false, accumulator: count, add: eventAdder(count) },
      structure: { accumulator: count.name, columns: [], filters: 0 },
      noneIsNull: false,
    };
  }
  const from = columnFor(name, fn, column, columns, reader);
  if (!from) return undefined;
  const { type, nullable } = from.column;
  const used = [`${from.column.name} ${type}`];
  if (fn === 'count') {
    return {
      plan: { type: 'bigint', nullable: false, accumulator: count, add: presenceAdder(count, from.column.name) },
      structure: { accumulator: count.name, columns: used, filters: 0 },
      noneIsNull: false,
    };
  }
  if (fn === 'approxQuantile' && !(typeof q === 'number' && q >= 0 && q <= 1)) {
    reader.problem(
      `aggregate "${name}": a quantile must be from 0 to 1, e.g. a.approxQuantile('${from.column.name}', 0.95); it is ${shown(q)}`,
    );
    return undefined;
  }
  const builtin: Builtin = fn === 'approxQuantile' ? { accumulator: approxQuantile(q as number), ...DOUBLE } : BUILTINS[fn];
  if (!builtin.takes.includes(type)) {
    reader.problem(
      `aggregate "${name}": ${fn} takes a column that is ${builtin.takes.join(', ')}; "${from.column.name}" is ${type}. If the type is not what you meant, declare it in columns`,
    );
    return undefined;
  }
  const noneIsNull = fn !== 'approxCountDistinct';
  return {
    plan: {
      type: builtin.gives ?? type,
      nullable: noneIsNull && (nullable || builtin.nullable === true),
      accumulator: builtin.accumulator,
      add: valueAdder(builtin.accumulator, from),
    },
    structure: { accumulator: builtin.accumulator.name, columns: used, filters: 0 },
    noneIsNull,
  };
}
