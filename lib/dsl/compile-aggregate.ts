import type { Row } from '../core/column.ts';
import type { FlowColumn } from '../plan/adder.ts';
import { type BoundAggregate, bindAggregate, filteredAggregate } from '../plan/aggregates/bind-aggregate.ts';
import { functionProblem, predicateOf } from '../plan/user-function.ts';
import { columnFor } from './aggregate-column.ts';
import { compileUserAggregate } from './compile-user-aggregate.ts';
import type { AggregateDefinition, BuiltinDefinition } from './definition.ts';
import type { DefinitionReader } from './definition-reader.ts';

/**
 * Checks one aggregate.
 *
 * @param name its result column
 * @param columns the columns at this point of the flow
 * @returns `undefined` if a problem was added
 */
export function compileAggregate(
  name: string,
  definition: AggregateDefinition | undefined,
  columns: ReadonlyMap<string, FlowColumn>,
  reader: DefinitionReader,
): BoundAggregate | undefined {
  switch (definition?.kind) {
    case 'builtin':
      return compileBuiltin(name, definition, columns, reader);
    case 'user':
      return compileUserAggregate(name, definition, columns, reader);
    case 'filter': {
      const inner = compileAggregate(name, definition.aggregate, columns, reader);
      const fitting = reader.check(functionProblem(`aggregate "${name}": the filter`, definition.predicate));
      if (!inner || !fitting) return undefined;
      return filteredAggregate(inner, predicateOf<Row>(definition.predicate as (event: Row) => unknown));
    }
    default:
      reader.problem(
        `aggregate "${name}" is not an aggregate: write e.g. ${name}: a.count(), or use a user-defined one made with accumulator(…)`,
      );
      return undefined;
  }
}

function compileBuiltin(
  name: string,
  definition: BuiltinDefinition,
  columns: ReadonlyMap<string, FlowColumn>,
  reader: DefinitionReader,
): BoundAggregate | undefined {
  const { name: fn, constants, distinct = false, orderBy = [], given = [] } = definition;
  reader.options(given, ['orderBy', 'orderBy.column', 'orderBy.descending']);
  const written = `${camelCase(fn)}${distinct ? 'Distinct' : ''}`;
  const values = definition.columns.map((column) => columnFor(name, written, column, columns, reader));
  const order = orderBy.map(({ column, ...rest }) => ({ ...rest, by: columnFor(name, `${written}'s order`, column, columns, reader) }));
  if (values.includes(undefined) || order.some(({ by }) => by === undefined)) return undefined;
  const bound = bindAggregate(
    { name: fn, values: values as FlowColumn[], constants, distinct, orderBy: order as ((typeof order)[number] & { by: FlowColumn })[] },
    written,
  );
  if (typeof bound !== 'string') return bound;
  reader.problem(`aggregate "${name}": ${bound}`);
  return undefined;
}

/** The DSL's name of an aggregate. */
function camelCase(name: string): string {
  return name.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
