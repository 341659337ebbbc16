import { approxCountDistinct } from '../../core/accumulators/approx-count-distinct.ts';
import { approxQuantile } from '../../core/accumulators/approx-quantile.ts';
import { avg } from '../../core/accumulators/avg.ts';
import { count } from '../../core/accumulators/count.ts';
import { first, last } from '../../core/accumulators/first-last.ts';
import { max, min } from '../../core/accumulators/min-max.ts';
import { sum } from '../../core/accumulators/sum.ts';
import { stddevPop, stddevSamp, varPop, varSamp } from '../../core/accumulators/variance.ts';
import type { ColumnType } from '../../core/column.ts';
import type { AggregateFunction, AggregateShape, AnyAccumulator, ConstantParameter } from './aggregate-function.ts';

const NUMBERS: readonly ColumnType[] = ['bigint', 'double precision'];
const ORDERED: readonly ColumnType[] = [...NUMBERS, 'text', 'timestamptz'];
const SCALARS: readonly ColumnType[] = [...ORDERED, 'boolean'];
const ANYTHING: readonly ColumnType[] = [...SCALARS, 'jsonb'];

const QUANTILE: ConstantParameter = {
  name: 'a quantile',
  expected: 'from 0 to 1, e.g. 0.95',
  read: (given) => (typeof given === 'number' && given >= 0 && given <= 1 ? given : undefined),
};

/** Every built-in aggregate by SQL's name. */
const AGGREGATES: ReadonlyMap<string, AggregateFunction> = new Map(
  [
    aggregate('count', [], { null: 'never', type: always('bigint'), accumulator: () => count }),
    aggregate('sum', [NUMBERS], { type: valueType, accumulator: () => sum }),
    ofDoubles('avg', avg),
    aggregate('min', [ORDERED], { distinct: 'same', type: valueType, accumulator: () => min }),
    aggregate('max', [ORDERED], { distinct: 'same', type: valueType, accumulator: () => max }),
    aggregate('first', [ANYTHING], { type: valueType, accumulator: () => first }),
    aggregate('last', [ANYTHING], { type: valueType, accumulator: () => last }),
    ofDoubles('var_samp', varSamp, 'always'),
    ofDoubles('var_pop', varPop),
    ofDoubles('stddev_samp', stddevSamp, 'always'),
    ofDoubles('stddev_pop', stddevPop),
    aggregate('approx_count_distinct', [SCALARS], {
      distinct: 'same',
      null: 'never',
      type: always('bigint'),
      accumulator: () => approxCountDistinct,
    }),
    aggregate('approx_quantile', [NUMBERS], {
      inDoubles: true,
      constants: [QUANTILE],
      type: always('double precision'),
      accumulator: ({ constants }) => approxQuantile(constants[0] as number),
    }),
  ].map((each) => [each.name, each]),
);

/** Other names of the same. */
const SYNONYMS: Readonly<Record<string, string>> = { variance: 'var_samp', stddev: 'stddev_samp' };

/**
 * The built-in aggregate of a name in SQL, synonyms included.
 *
 * @returns `undefined` when there is none
 */
export function findAggregate(name: string): AggregateFunction | undefined {
  return AGGREGATES.get(Object.hasOwn(SYNONYMS, name) ? (SYNONYMS[name] as string) : name);
}

/** One that says what is special about it. */
function aggregate(
  name: string,
  values: AggregateFunction['values'],
  rest: Partial<AggregateFunction> & Pick<AggregateFunction, 'type' | 'accumulator'>,
): AggregateFunction {
  const usual = { constants: [], distinct: 'refused', ordered: false, takesNulls: false, inDoubles: false, null: 'empty' } as const;
  return Object.freeze({ ...usual, ...rest, name, values });
}

function ofDoubles(name: string, accumulator: AnyAccumulator, nulls: AggregateFunction['null'] = 'empty'): AggregateFunction {
  return aggregate(name, [NUMBERS], { inDoubles: true, null: nulls, type: always('double precision'), accumulator: () => accumulator });
}

function always(type: ColumnType): () => ColumnType {
  return () => type;
}

function valueType({ types }: AggregateShape): ColumnType {
  return types[0] as ColumnType;
}
