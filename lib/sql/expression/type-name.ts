import type { TypeName } from '@pgsql/types';
import { nearest } from '../../plan/nearest.ts';
import { nameParts, type PgNode } from '../ast.ts';
import type { Scope, SqlType } from './types.ts';

/** Types by their names. Integers of every size are bigint, numbers with a fraction are double precision. */
export const TYPE_NAMES: Readonly<Record<string, SqlType>> = {
  ...{ text: 'text', varchar: 'text', bpchar: 'text', uuid: 'text' },
  ...{ bigint: 'bigint', int8: 'bigint', int: 'bigint', int4: 'bigint', integer: 'bigint', int2: 'bigint', smallint: 'bigint' },
  ...{ float8: 'double precision', float4: 'double precision', numeric: 'double precision', decimal: 'double precision' },
  ...{ bool: 'boolean', boolean: 'boolean' },
  ...{ timestamptz: 'timestamptz', timestamp: 'timestamp', interval: 'interval', jsonb: 'jsonb', json: 'jsonb' },
};

const HINTS: Readonly<Record<string, string>> = {
  date: "there is no date type: use date_trunc('day', time), or a timestamptz at midnight",
  time: "there is no time type: use extract(hour FROM time), or time - date_trunc('day', time)",
  timetz: "there is no time type: use extract(hour FROM time), or time - date_trunc('day', time)",
  bytea: 'use text',
};

/** A type as written, with its modifiers in parentheses. */
export interface NamedType {
  readonly type: SqlType;
  /** PostgreSQL's own name */
  readonly name: string;
  /** whole numbers in parentheses, such as those of `numeric(10, 2)` */
  readonly modifiers: readonly number[];
}

/**
 * The type of a name.
 *
 * @param node where errors are reported
 */
export function readType(written: TypeName, node: PgNode, scope: Pick<Scope, 'problem'>): NamedType {
  const name = nameParts(written.names).at(-1) as string;
  if (written.arrayBounds) return scope.problem(node, `arrays are not supported: ${name}[]`, 'use jsonb');
  if (written.setof || written.pct_type) return scope.problem(node, `SETOF and %TYPE are not supported`, 'name a type');
  const type = Object.hasOwn(TYPE_NAMES, name) ? TYPE_NAMES[name] : undefined;
  if (!type) {
    const hint = Object.hasOwn(HINTS, name) ? HINTS[name] : undefined;
    const near = nearest(name, Object.keys(TYPE_NAMES));
    return scope.problem(
      node,
      `type "${name}" is not supported`,
      hint ?? (near ? `did you mean ${near}?` : 'there are: text, bigint, double precision, boolean, timestamptz, jsonb'),
    );
  }
  const modifiers = (written.typmods ?? []).map((modifier) => {
    if ('A_Const' in modifier && modifier.A_Const.ival) return modifier.A_Const.ival.ival ?? 0;
    return scope.problem(node, `type "${name}" takes whole numbers in its parentheses`);
  });
  return { type, name, modifiers };
}
