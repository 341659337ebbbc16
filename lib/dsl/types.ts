/** The columns of an event whose values, NULL aside, are of a type. A property, since messages show the names in one but only the name of an alias. */
export interface ColumnsOf<T, V> {
  readonly name: { [P in keyof T & string]: NonNullable<T[P]> extends V ? P : never }[keyof T & string];
}

/** The types of key parts and of values that can be compared. */
export type Scalar = string | number | boolean | Date;

/** `null` if a value can be missing. */
export type Nil<V> = null extends V ? null : undefined extends V ? null : never;

/** A column's values in results: a time is ISO 8601 text, a missing value is `null`. */
export type ResultValue<V> = V extends Date ? string : V extends undefined ? null : V;

/** Whether two types are equal. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Shows an intersection as one object type. */
export type Simplify<T> = { [P in keyof T]: T[P] } & {};

/** Names that every result row has. */
export type ReservedName = 'window_start' | 'window_end' | 'final';
