import type { Duration } from '../core/duration.ts';
import type { Aggregate, Aggregates } from './aggregate.ts';
import type { AggregateDefinition, BuiltinDefinition } from './definition.ts';

/** SQL's names of the aggregates whose only arguments are columns. */
const NAMES = {
  one: {
    sum: 'sum',
    avg: 'avg',
    min: 'min',
    max: 'max',
    first: 'first',
    last: 'last',
    boolAnd: 'bool_and',
    boolOr: 'bool_or',
    varSamp: 'var_samp',
    varPop: 'var_pop',
    variance: 'var_samp',
    stddevSamp: 'stddev_samp',
    stddevPop: 'stddev_pop',
    stddev: 'stddev_samp',
    median: 'median',
    approxCountDistinct: 'approx_count_distinct',
  },
  two: {
    argMin: 'arg_min',
    argMax: 'arg_max',
    covarSamp: 'covar_samp',
    covarPop: 'covar_pop',
    corr: 'corr',
    regrSlope: 'regr_slope',
    regrIntercept: 'regr_intercept',
    regrR2: 'regr_r2',
  },
  distinct: { countDistinct: 'count', sumDistinct: 'sum', avgDistinct: 'avg', arrayAggDistinct: 'array_agg' },
} as const;

/** The builder that `aggregate(a => …)` passes. */
export const aggregates: Aggregates<Record<string, never>> = Object.freeze({
  ...each(NAMES.one, (name) => (column: string) => builtin(name, [column])),
  ...each(NAMES.two, (name) => (first: string, second: string) => builtin(name, [first, second])),
  ...each(NAMES.distinct, (name) => (column: string) => builtin(name, [column], { distinct: true })),
  count: (column?: string) => builtin('count', column === undefined ? [] : [column]),
  rate: (column?: string) => builtin('rate', column === undefined ? [] : [column]),
  approxQuantile: (column: string, q: number) => builtin('approx_quantile', [column], { constants: [q] }),
  approxTopK: (column: string, k: number) => builtin('approx_top_k', [column], { constants: [k] }),
  ewma: (column: string, halfLife: Duration) => builtin('ewma', [column], { constants: [halfLife] }),
  stringAgg: (column: string, separator: string, options?: unknown) =>
    builtin('string_agg', [column], { constants: [separator], ...listOptions(options) }),
  stringAggDistinct: (column: string, separator: string) => builtin('string_agg', [column], { constants: [separator], distinct: true }),
  arrayAgg: (column: string, options?: unknown) => builtin('array_agg', [column], listOptions(options)),
  filter: (predicate: (event: never) => boolean, aggregate: Aggregate<never, unknown, unknown, string>) =>
    Object.freeze({ definition: Object.freeze({ kind: 'filter', predicate, aggregate: aggregate?.definition }) }),
}) as unknown as Aggregates<Record<string, never>>;

function builtin(
  name: string,
  columns: readonly string[],
  rest: Partial<BuiltinDefinition> = {},
): { readonly definition: AggregateDefinition } {
  const definition = { kind: 'builtin', name, constants: [], ...rest, columns: Object.freeze(columns) } as const;
  return Object.freeze({ definition: Object.freeze(definition) });
}

function each<F>(names: Readonly<Record<string, string>>, make: (name: string) => F): Record<string, F> {
  return Object.fromEntries(Object.entries(names).map(([written, name]) => [written, make(name)]));
}

function listOptions(options: unknown): Pick<BuiltinDefinition, 'orderBy' | 'given'> {
  const { orderBy = [] } = (options ?? {}) as { orderBy?: unknown };
  const given: readonly unknown[] = Array.isArray(orderBy) ? orderBy : [orderBy];
  const names = given.flatMap((each) => (typeof each === 'object' && each !== null ? Object.keys(each) : []));
  return {
    given: [...Object.keys(options ?? {}), ...names.map((name) => `orderBy.${name}`)],
    orderBy: given.map((each) => {
      const { column, descending } = (typeof each === 'object' && each !== null ? each : { column: each }) as Record<string, unknown>;
      return Object.freeze({ column, descending: descending === true, nullsFirst: descending === true });
    }),
  };
}
