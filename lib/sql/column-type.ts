import type { TypeName } from '@pgsql/types';
import type { ColumnType } from '../core/column.ts';
import { nearest } from '../plan/nearest.ts';
import { nameParts } from './ast.ts';
import { TYPE_NAMES } from './expression/type-name.ts';
import { type Fail, onlyKnown, type Place } from './refusal.ts';

const { interval: _, bpchar: __, ...NAMES } = TYPE_NAMES;

/** The names of column types: the types of expressions that can be stored, and aliases from other systems. */
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
 * The column type of a type name. `timestamp` is a `timestamptz`: values without a zone are UTC.
 *
 * @param place where to report an unknown type
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
  if (type.arrayBounds) fail(at, `arrays (${name}[]) are not supported as columns`, 'use jsonb, and read its elements with -> and ->>');
  if (!Object.hasOwn(TYPES, name)) {
    const near = nearest(name, Object.keys(TYPES));
    const hint =
      (Object.hasOwn(INSTEAD, name) ? INSTEAD[name] : undefined) ??
      (near ? `did you mean ${near}?` : 'the types are text, bigint, double precision, boolean, timestamptz, jsonb');
    fail(at, `the type ${name} is not supported`, hint);
  }
  // Times are stored in milliseconds in any case.
  const exact = TYPES[name] === 'timestamptz' && precisionOf(type) === 3;
  if (type.typmods?.length && !exact) {
    fail(
      at,
      `the length or precision of ${name} is not supported`,
      `write ${TYPES[name]} alone: values are stored unchanged${name === 'numeric' ? '; for exact amounts, bigint with the smallest unit (cents)' : ''}`,
    );
  }
  return TYPES[name] as ColumnType;
}

function precisionOf({ typmods = [] }: TypeName): number | undefined {
  const [first, second] = typmods;
  return first && !second && 'A_Const' in first && first.A_Const.ival ? first.A_Const.ival.ival : undefined;
}
