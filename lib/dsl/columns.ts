import type { Column, ColumnType } from '../core/column.ts';
import type { MillraceTypeError } from './type-error.ts';

/**
 * A column's type in a definition: `'text'`, `'double precision | null'`, or
 * `{ type: 'text', nullable: true }`. Without `null` the column is never NULL.
 */
export type ColumnDeclaration = ColumnType | `${ColumnType} | null` | { readonly type: ColumnType; readonly nullable?: boolean };

/** Columns by name. */
export type ColumnDeclarations = { readonly [name: string]: ColumnDeclaration };

interface TypeOf {
  text: string;
  bigint: number;
  'double precision': number;
  boolean: boolean;
  timestamptz: string;
  jsonb: unknown;
}

/** The TypeScript type of a declared column's values in JSON. */
export type ValueOf<D extends ColumnDeclaration> = D extends ColumnType
  ? TypeOf[D]
  : D extends `${infer T extends ColumnType} | null`
    ? TypeOf[T] | null
    : D extends { readonly type: infer T extends ColumnType; readonly nullable: true }
      ? TypeOf[T] | null
      : D extends { readonly type: infer T extends ColumnType }
        ? TypeOf[T]
        : never;

/** The event of a stream declared by columns alone. (`as P`: nobody infers columns from an event.) */
export type EventOfColumns<C> = { -readonly [P in keyof C as P]: C[P] extends ColumnDeclaration ? ValueOf<C[P]> : never };

/** Declarations as written, valid or not. */
export type WrittenDeclarations = { readonly [name: string]: string | { readonly type: string; readonly nullable?: boolean } };

/** Valid declarations. */
export type CheckedDeclarations<C> = { readonly [P in keyof C]: CheckedDeclaration<C[P]> };

type CheckedDeclaration<D> = D extends ColumnDeclaration
  ? D
  : MillraceTypeError<`${D extends string ? `"${D}" is no column type: the` : 'the'} types are ${ColumnTypes}, each also with " | null"`>;
type ColumnTypes = "'text', 'bigint', 'double precision', 'boolean', 'timestamptz', 'jsonb'";

/** The column types that hold values of a TypeScript type. */
type TypeNameOf<V> = unknown extends V
  ? ColumnType
  : [V] extends [string]
    ? 'text' | 'timestamptz'
    : [V] extends [number]
      ? 'double precision' | 'bigint'
      : [V] extends [boolean]
        ? 'boolean'
        : [V] extends [Date]
          ? 'timestamptz'
          : 'jsonb';

type Declared<T extends ColumnType, V> = null extends V
  ? `${T} | null` | { readonly type: T; readonly nullable: true }
  : undefined extends V
    ? `${T} | null` | { readonly type: T; readonly nullable: true }
    : T | `${T} | null` | { readonly type: T; readonly nullable?: boolean };

/** The valid declarations of a column with values of a TypeScript type. */
export type DeclarationOf<V> = Declared<TypeNameOf<NonNullable<V>>, V>;

/** A frozen copy of declarations, without a prototype so that every name is allowed; other values are left for `compile` to refuse. */
export function keepDeclarations(columns: unknown): unknown {
  if (typeof columns !== 'object' || columns === null || Array.isArray(columns)) return columns;
  return Object.freeze(Object.assign(Object.create(null), columns));
}

const TYPES: readonly string[] = ['text', 'bigint', 'double precision', 'boolean', 'timestamptz', 'jsonb'] satisfies ColumnType[];

/**
 * Reads a declaration.
 *
 * @returns the column, or text that says why it is invalid
 */
export function readDeclaration(name: string, declaration: unknown): Column | string {
  const text = typeof declaration === 'object' && declaration !== null ? (declaration as { type?: unknown }).type : declaration;
  if (typeof text === 'string') {
    const [type = '', rest, ...more] = text.split('|').map((part) => part.trim().toLowerCase());
    if (TYPES.includes(type) && (rest === undefined || rest === 'null') && more.length === 0) {
      const nullable = rest === 'null' || (typeof declaration === 'object' && (declaration as { nullable?: unknown }).nullable === true);
      return { name, type: type as ColumnType, nullable };
    }
  }
  return `column "${name}" has the type ${JSON.stringify(text) ?? String(text)}; the types are ${TYPES.join(', ')}, each also with " | null"`;
}

/** Why a value is not a list of column types; `undefined` if it is one. */
export function columnTypesProblem(what: string, types: unknown): string | undefined {
  if (Array.isArray(types) && types.every((type) => TYPES.includes(type))) return undefined;
  return `${what} must be a list of column types such as ['text', 'double precision']; the types are ${TYPES.join(', ')}`;
}
