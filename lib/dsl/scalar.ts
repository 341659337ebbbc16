import type { ColumnType } from '../core/column.ts';
import type { UserScalar } from '../plan/user-scalar.ts';

/** The types of arguments and results of functions, by column type. */
interface ScalarValues {
  text: string;
  /** a `BigInt` at run time if a number would be rounded */
  bigint: number;
  'double precision': number;
  boolean: boolean;
  /** milliseconds since the epoch */
  timestamptz: number;
  jsonb: unknown;
}

/** The values that a function may return for a column type. */
interface GivenValues extends Omit<ScalarValues, 'bigint' | 'timestamptz'> {
  bigint: number | bigint;
  timestamptz: number | string | Date;
}

/** The arguments of a function with these column types. */
export type ScalarArguments<A extends readonly ColumnType[]> = { [I in keyof A]: ScalarValues[A[I]] };

/** The result of a function: one value, or an object of columns; every value may be NULL. */
export type ScalarResult<R extends ScalarResultType> = R extends ColumnType
  ? GivenValues[R] | null
  : R extends Readonly<Record<string, ColumnType>>
    ? { readonly [P in keyof R]: GivenValues[R[P]] | null } | null
    : never;

/** One column type, or several by name. */
export type ScalarResultType = ColumnType | Readonly<Record<string, ColumnType>>;

/** A typed function. TypeScript calls it directly, SQL by its name in `sql(text, { functions })`. */
export interface ScalarFunction<A extends readonly ColumnType[] = readonly ColumnType[], R extends ScalarResultType = ScalarResultType> {
  (...values: { [I in keyof A]: ScalarValues[A[I]] | null }): ScalarResult<R>;
  readonly scalar: Omit<UserScalar, 'name'>;
}

/** How a function treats NULL. */
export interface ScalarOptions {
  /** whether the function is called with NULL arguments; by default, the result is then NULL without a call */
  readonly takesNulls?: boolean;
}

type Nullable<A extends readonly ColumnType[], O> = O extends { readonly takesNulls: true }
  ? { [I in keyof A]: ScalarValues[A[I]] | null }
  : ScalarArguments<A>;

/**
 * Declares a function's types, so that SQL can call it too. It must be synchronous, and return the same result for the same arguments. If it
 * throws, the event is a dead letter.
 *
 * @param args the column types of its arguments
 * @param result the column type of its result, or several by name: `SELECT f(x)` is then one object, `(f(x)).*` its columns
 * @param call the function itself
 * @example
 * ```ts
 * const sumAndProduct = scalar(['bigint', 'bigint'], { sum: 'bigint', product: 'bigint' }, (x, y) => ({ sum: x + y, product: x * y }));
 * sql('…  SELECT (sum_and_product(x, y)).* FROM …', { functions: { sum_and_product: sumAndProduct } });
 * ```
 */
export function scalar<
  const A extends readonly ColumnType[],
  const R extends ScalarResultType,
  const O extends ScalarOptions = ScalarOptions,
>(args: A, result: R, call: (...values: Nullable<A, O>) => ScalarResult<R>, options?: O): ScalarFunction<A, R> {
  const strict = options?.takesNulls !== true;
  const fn = call as unknown as (...values: unknown[]) => ScalarResult<R>;
  const direct = (...values: unknown[]) => (strict && values.some((value) => value === null || value === undefined) ? null : fn(...values));
  const declared = Object.freeze({ args, result, call: call as UserScalar['call'], strict });
  return Object.freeze(Object.assign(direct, { scalar: declared })) as unknown as ScalarFunction<A, R>;
}
