import type { ColumnType } from '../core/column.ts';
import type { UserScalar } from '../plan/user-scalar.ts';

/** Column types as functions take and give their values. */
interface ScalarValues {
  text: string;
  /** a `BigInt` at run time where a number would be rounded */
  bigint: number;
  'double precision': number;
  boolean: boolean;
  /** milliseconds since the epoch */
  timestamptz: number;
  jsonb: unknown;
}

/** What a function may give for a column type. */
interface GivenValues extends Omit<ScalarValues, 'bigint' | 'timestamptz'> {
  bigint: number | bigint;
  timestamptz: number | string | Date;
}

/** The arguments of a function that takes these column types. */
export type ScalarArguments<A extends readonly ColumnType[]> = { [I in keyof A]: ScalarValues[A[I]] };

/** The result of a function: one value, or an object of columns; NULL is possible everywhere. */
export type ScalarResult<R extends ScalarResultType> = R extends ColumnType
  ? GivenValues[R] | null
  : R extends Readonly<Record<string, ColumnType>>
    ? { readonly [P in keyof R]: GivenValues[R[P]] | null } | null
    : never;

/** One column type, or several by name. */
export type ScalarResultType = ColumnType | Readonly<Record<string, ColumnType>>;

/** A typed function, for TypeScript to call as it is and for SQL by the name it is given in `sql(text, { functions })`. */
export interface ScalarFunction<A extends readonly ColumnType[] = readonly ColumnType[], R extends ScalarResultType = ScalarResultType> {
  (...values: { [I in keyof A]: ScalarValues[A[I]] | null }): ScalarResult<R>;
  readonly scalar: Omit<UserScalar, 'name'>;
}

/** How a function treats NULL. */
export interface ScalarOptions {
  /** whether the function is called with NULLs among its arguments; otherwise, and by default, the result is then NULL without a call */
  readonly takesNulls?: boolean;
}

type Nullable<A extends readonly ColumnType[], O> = O extends { readonly takesNulls: true }
  ? { [I in keyof A]: ScalarValues[A[I]] | null }
  : ScalarArguments<A>;

/**
 * Declares a function's types, so that SQL can call it too. It must be synchronous, and give the same for the same arguments; what it
 * throws makes the event a dead letter.
 *
 * @param args the column types it takes
 * @param result the column type it gives, or several by name: `SELECT f(x)` is then one object, `(f(x)).*` its columns
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
