import { approxCountDistinct } from '../../core/accumulators/approx-count-distinct.ts';
import { approxQuantile } from '../../core/accumulators/approx-quantile.ts';
import { approxTopK } from '../../core/accumulators/approx-top-k.ts';
import { argMax, argMin } from '../../core/accumulators/arg-extremum.ts';
import { arrayAgg, arrayAggDistinct, stringAgg, stringAggDistinct } from '../../core/accumulators/array-agg.ts';
import { avg } from '../../core/accumulators/avg.ts';
import { boolAnd, boolOr } from '../../core/accumulators/bool.ts';
import { count } from '../../core/accumulators/count.ts';
import { avgDistinct, countDistinct, countDistinctNumbers, sumDistinct, sumDistinctIntegers } from '../../core/accumulators/distinct.ts';
import { ewma } from '../../core/accumulators/ewma.ts';
import { first, last } from '../../core/accumulators/first-last.ts';
import { median } from '../../core/accumulators/median.ts';
import { max, min } from '../../core/accumulators/min-max.ts';
import { eventRate, sumRate } from '../../core/accumulators/rate.ts';
import { corr, covarPop, covarSamp, regrIntercept, regrR2, regrSlope } from '../../core/accumulators/regression.ts';
import { sum, sumIntegers } from '../../core/accumulators/sum.ts';
import { stddevPop, stddevSamp, varPop, varSamp } from '../../core/accumulators/variance.ts';
import type { ColumnType } from '../../core/column.ts';
import type { AggregateFunction, AggregateOrder, AggregateShape, AnyAccumulator, NullRule } from './aggregate-function.ts';
import { HALF_LIFE, QUANTILE, SEPARATOR, TOP } from './constants.ts';

const NUMBERS: readonly ColumnType[] = ['bigint', 'double precision'];
const ORDERED: readonly ColumnType[] = [...NUMBERS, 'text', 'timestamptz'];
const SCALARS: readonly ColumnType[] = [...ORDERED, 'boolean'];
const ANYTHING: readonly ColumnType[] = [...SCALARS, 'jsonb'];

/** Every built-in aggregate by SQL's name. */
export const AGGREGATES: ReadonlyMap<string, AggregateFunction> = new Map(
  [
    aggregate('count', [ANYTHING], {
      optional: true,
      presenceOnly: true,
      distinct: 'apart',
      nulls: ({ distinct }) => (distinct ? 'beyond bound' : 'never'),
      type: always('bigint'),
      accumulator: ({ distinct, types: [type] }) => {
        if (!distinct) return count;
        return type !== undefined && NUMBERS.includes(type) ? countDistinctNumbers : countDistinct;
      },
    }),
    aggregate('sum', [NUMBERS], {
      distinct: 'apart',
      nulls: ({ distinct }) => (distinct ? 'perhaps' : 'no values'),
      type: valueType,
      accumulator: ({ distinct, types: [type] }) =>
        type === 'bigint' ? (distinct ? sumDistinctIntegers : sumIntegers) : distinct ? sumDistinct : sum,
    }),
    aggregate('avg', [NUMBERS], {
      distinct: 'apart',
      nulls: ({ distinct }) => (distinct ? 'perhaps' : 'no values'),
      type: always('double precision'),
      accumulator: ({ distinct }) => (distinct ? avgDistinct : avg),
    }),
    aggregate('min', [ORDERED], { distinct: 'same', type: valueType, accumulator: () => min }),
    aggregate('max', [ORDERED], { distinct: 'same', type: valueType, accumulator: () => max }),
    aggregate('first', [ANYTHING], { takesNulls: true, type: valueType, accumulator: () => first }),
    aggregate('last', [ANYTHING], { takesNulls: true, type: valueType, accumulator: () => last }),
    aggregate('arg_min', [ANYTHING, ORDERED], { type: valueType, accumulator: () => argMin }),
    aggregate('arg_max', [ANYTHING, ORDERED], { type: valueType, accumulator: () => argMax }),
    aggregate('bool_and', [['boolean']], { distinct: 'same', type: always('boolean'), accumulator: () => boolAnd }),
    aggregate('bool_or', [['boolean']], { distinct: 'same', type: always('boolean'), accumulator: () => boolOr }),
    ofDoubles('var_samp', 1, 'perhaps', varSamp),
    ofDoubles('var_pop', 1, 'no values', varPop),
    ofDoubles('stddev_samp', 1, 'perhaps', stddevSamp),
    ofDoubles('stddev_pop', 1, 'no values', stddevPop),
    ofDoubles('covar_samp', 2, 'perhaps', covarSamp),
    ofDoubles('covar_pop', 2, 'no values', covarPop),
    ofDoubles('corr', 2, 'perhaps', corr),
    ofDoubles('regr_slope', 2, 'perhaps', regrSlope),
    ofDoubles('regr_intercept', 2, 'perhaps', regrIntercept),
    ofDoubles('regr_r2', 2, 'perhaps', regrR2),
    ofDoubles('median', 1, 'no values', median),
    aggregate('approx_count_distinct', [SCALARS], {
      distinct: 'same',
      nulls: () => 'never',
      type: always('bigint'),
      accumulator: () => approxCountDistinct,
    }),
    aggregate('approx_quantile', [NUMBERS], {
      inDoubles: true,
      constants: [QUANTILE],
      type: always('double precision'),
      accumulator: ({ constants }) => approxQuantile(constants[0] as number),
    }),
    aggregate('approx_top_k', [SCALARS], {
      constants: [TOP],
      type: always('jsonb'),
      accumulator: ({ constants }) => approxTopK(constants[0] as number),
    }),
    aggregate('string_agg', [['text']], {
      constants: [SEPARATOR],
      distinct: 'apart',
      ordered: true,
      nulls: ({ distinct }) => (distinct ? 'perhaps' : 'no values'),
      type: always('text'),
      accumulator: ({ constants: [separator], distinct, order }) =>
        distinct ? stringAggDistinct(separator as string, onlyOrder(order)) : stringAgg(separator as string, order),
    }),
    aggregate('array_agg', [ANYTHING], {
      distinct: 'apart',
      ordered: true,
      takesNulls: true,
      nulls: ({ distinct }) => (distinct ? 'perhaps' : 'no rows'),
      type: always('jsonb'),
      accumulator: ({ distinct, order }) => (distinct ? arrayAggDistinct(onlyOrder(order)) : arrayAgg(order)),
    }),
    aggregate('ewma', [NUMBERS], {
      inDoubles: true,
      constants: [HALF_LIFE],
      type: always('double precision'),
      accumulator: ({ constants }) => ewma(constants[0] as number),
    }),
    aggregate('rate', [NUMBERS], {
      optional: true,
      nulls: ({ types }) => (types.length === 0 ? 'never' : 'no values'),
      type: always('double precision'),
      accumulator: ({ types }) => (types.length === 0 ? eventRate : sumRate),
    }),
  ].map((each) => [each.name, each]),
);

/** Synonyms. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['variance', 'var_samp'],
  ['stddev', 'stddev_samp'],
  ['max_by', 'arg_max'],
  ['min_by', 'arg_min'],
  ['every', 'bool_and'],
]);

/** The names that {@link findAggregate} knows. */
export const AGGREGATE_NAMES: readonly string[] = [...AGGREGATES.keys(), ...SYNONYMS.keys()];

/**
 * The built-in aggregate of a name in SQL, synonyms included.
 *
 * @returns `undefined` if there is none
 */
export function findAggregate(name: string): AggregateFunction | undefined {
  return AGGREGATES.get(SYNONYMS.get(name) ?? name);
}

/** An aggregate with its deviations from the defaults. */
function aggregate(
  name: string,
  values: AggregateFunction['values'],
  rest: Partial<AggregateFunction> & Pick<AggregateFunction, 'type' | 'accumulator'>,
): AggregateFunction {
  return Object.freeze({
    optional: false,
    constants: [],
    distinct: 'refused' as const,
    ordered: false,
    takesNulls: false,
    presenceOnly: false,
    inDoubles: false,
    nulls: () => 'no values' as const,
    ...rest,
    name,
    values,
  });
}

function ofDoubles(name: string, values: number, nulls: NullRule, accumulator: AnyAccumulator): AggregateFunction {
  return aggregate(name, Array<typeof NUMBERS>(values).fill(NUMBERS), {
    inDoubles: true,
    nulls: () => nulls,
    type: always('double precision'),
    accumulator: () => accumulator,
  });
}

function always(type: ColumnType): () => ColumnType {
  return () => type;
}

function valueType({ types }: AggregateShape): ColumnType {
  return types[0] as ColumnType;
}

/** With DISTINCT, the values themselves are ordered, ascending by default. */
function onlyOrder([order]: readonly AggregateOrder[]): AggregateOrder {
  return order ?? { descending: false, nullsFirst: false };
}
