import type { A_Const } from '@pgsql/types';
import type { PgNode } from '../ast.ts';
import { constant } from './constant.ts';
import type { Bound, Scope } from './types.ts';
import { INT64_MAX, INT64_MIN, normalise } from './values/int.ts';

/**
 * A literal. Whole numbers within its range are bigint, other numbers double precision. Quoted text has the type
 * `unknown` until its use determines the type.
 */
export function bindLiteral(node: PgNode, literal: A_Const, scope: Scope): Bound {
  if (literal.isnull) return constant('unknown', null);
  if (literal.boolval) return constant('boolean', literal.boolval.boolval ?? false);
  if (literal.ival) return constant('bigint', literal.ival.ival ?? 0);
  if (literal.sval) return constant('unknown', literal.sval.sval ?? '');
  if (literal.fval) return bindNumber(node, (literal.fval.fval ?? '0').replaceAll('_', ''), scope);
  return scope.problem(node, 'bit strings are not supported', "write a number, or text such as '101'");
}

/** The maximum characters of a number in an error, since a number may have thousands. */
const SHOWN = 50;

function bindNumber(node: PgNode, text: string, scope: Scope): Bound {
  let value = Number(text);
  if (/^-?(\d+|0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+)$/.test(text)) {
    const whole = text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
    if (whole >= INT64_MIN && whole <= INT64_MAX) return constant('bigint', normalise(whole));
    value = Number(whole);
  }
  return Number.isFinite(value)
    ? constant('double precision', value)
    : scope.problem(node, `${text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text} is out of range for type double precision`);
}
