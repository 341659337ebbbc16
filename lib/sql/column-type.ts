import type { TypeName } from '@pgsql/types';
import type { ColumnType } from '../core/column.ts';
import { nearest } from '../plan/nearest.ts';
import { nameParts } from './ast.ts';
import { TYPE_NAMES } from './expression/type-name.ts';
import { type Fail, onlyKnown, type Place } from './refusal.ts';

const { interval: _, bpchar: __, ...NAMES } = TYPE_NAMES;

/** What columns can be declared as: the types of expressions that values can be kept in, and what other systems call them. */
const TYPES = { ...NAMES, timestamp: 'timestamptz', string: 'text', double: 'double precision' } as Readonly<Record<string, ColumnType>>;

const INSTEAD: Readonly<Record<string, string>> = {
  money: 'use double precision, or bigint with the smallest unit (cents)',
  bpchar: 'use text',
  char: 'use text',
  date: 'use timestamptz: a date alone is midnight in UTC',
  time: 'use text',
  timetz: 'use text',
  interval: 'use double precision with a number of seconds, or text',
  bytea: 'use text with base64',
};

/**
 * The column type that a type's name stands for. `timestamp` is a `timestamptz`: what comes without a zone is UTC.
 *
 * @param place where to say that it is none
 */
export function columnType(type: TypeName | undefined, place: Place, fail: Fail): ColumnType {
  const at = type?.location ?? place;
  if (!type) return fail(at, 'a column needs a type', 'for instance text, bigint, double precision, boolean, timestamptz or jsonb');
  onlyKnown(
    type,
    ['names', 'typemod', 'typmods', 'arrayBounds'],
    { setof: ['SETOF', 'name the type alone'], pct_type: ['%TYPE', 'name the type itself'] },
    at,
    fail,
  );
  const parts = nameParts(type.names);
  const name = (parts[0] === 'pg_catalog' ? parts.slice(1) : parts).join('.').toLowerCase();
  if (type.arrayBounds) fail(at, `arrays (${name}[]) are not supported as columns`, 'use jsonb: its elements are read by -> and ->>');
  if (!Object.hasOwn(TYPES, name)) {
    const near = nearest(name, Object.keys(TYPES));
    const hint =
      (Object.hasOwn(INSTEAD, name) ? INSTEAD[name] : undefined) ??
      (near ? `did you mean ${near}?` : 'the types are text, bigint, double precision, boolean, timestamptz, jsonb');
    fail(at, `the type ${name} is not supported`, hint);
  }
  // Milliseconds are what is kept in any case.
  const exact = TYPES[name] === 'timestamptz' && precisionOf(type) === 3;
  if (type.typmods?.length && !exact) {
    fail(
      at,
      `the length or precision of ${name} is not supported`,
      `write ${TYPES[name]} alone: values are kept as they come${name === 'numeric' ? '; for exact amounts, bigint with the smallest unit (cents)' : ''}`,
    );
  }
  return TYPES[name] as ColumnType;
}

function precisionOf({ typmods = [] }: TypeName): number | undefined {
  const [first, second] = typmods;
  return first && !second && 'A_Const' in first && first.A_Const.ival ? first.A_Const.ival.ival : undefined;
}
