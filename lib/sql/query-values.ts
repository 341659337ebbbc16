import type { Node, TypeCast } from '@pgsql/types';
import { formatInstant } from '../core/instant.ts';
import { formatJson } from '../core/json.ts';
import { fits } from '../plan/column-value.ts';
import type { QuestionValues } from '../plan/question.ts';
import { nameParts } from './ast.ts';
import type { Fail } from './refusal.ts';

/** Functions of the time of the request, which is the same in the whole query, as in a transaction of PostgreSQL. */
const NOW = ['now', 'transaction_timestamp', 'statement_timestamp'];

/**
 * Replaces `$1`, `$2`, … and `now()` in a statement by values, so that they are bound like constants.
 *
 * @throws what `fail` throws, at a parameter without a value, or if a value is not used
 */
export function withValues(statement: Node, values: QuestionValues, fail: Fail): Node {
  const used = new Set<number>();
  const result = replaced(statement, values, used, fail) as Node;
  const unused = values.parameters.findIndex((_, i) => !used.has(i + 1));
  if (unused >= 0) fail(0, `parameter ${unused + 1} is not used`, `use $${unused + 1} in the query, or remove the value`);
  return result;
}

function replaced(part: unknown, values: QuestionValues, used: Set<number>, fail: Fail): unknown {
  if (typeof part !== 'object' || part === null) return part;
  if (Array.isArray(part)) return part.map((item) => replaced(item, values, used, fail));
  const node = part as Node;
  if ('ParamRef' in node) {
    const { number = 0, location } = node.ParamRef;
    used.add(number);
    if (number < 1 || number > values.parameters.length) {
      const given = values.parameters.length;
      return fail(node, `parameter $${number} has no value`, `parameters has ${given} value${given === 1 ? '' : 's'}; the first is $1`);
    }
    return literal(values.parameters[number - 1], location);
  }
  if ('FuncCall' in node && isNow(node.FuncCall)) return instant(values, node.FuncCall.location);
  if ('SQLValueFunction' in node && node.SQLValueFunction.op === 'SVFOP_CURRENT_TIMESTAMP') {
    return instant(values, node.SQLValueFunction.location);
  }
  return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, replaced(value, values, used, fail)]));
}

function isNow(call: { readonly funcname?: Node[]; readonly args?: Node[]; readonly over?: unknown }): boolean {
  const [name, ...more] = nameParts(call.funcname);
  return more.length === 0 && NOW.includes(name ?? '') && call.args === undefined && call.over === undefined;
}

function instant({ now }: QuestionValues, location: number | undefined): Node {
  return cast({ sval: { sval: formatInstant(now) } }, 'timestamptz', location);
}

/** A JSON value as an expression. Numbers are cast, so that ORDER BY does not read them as positions. */
function literal(value: unknown, location: number | undefined): Node {
  if (value === null) return { A_Const: { isnull: true, ...at(location) } };
  switch (typeof value) {
    case 'string':
      return { A_Const: { sval: { sval: value }, ...at(location) } };
    case 'boolean':
      return { A_Const: { boolval: { boolval: value }, ...at(location) } };
    case 'number':
    case 'bigint':
      // Beyond bigint's range a whole number is a double, as it is for a literal.
      return cast({ fval: { fval: String(value) } }, fits('bigint', value) ? 'int8' : 'float8', location);
    default:
      return cast({ sval: { sval: formatJson(value) } }, 'jsonb', location);
  }
}

function cast(constant: object, type: string, location: number | undefined): Node {
  const typeCast: TypeCast = {
    arg: { A_Const: { ...constant, ...at(location) } },
    typeName: { names: [{ String: { sval: type } }], typemod: -1, ...at(location) },
    ...at(location),
  };
  return { TypeCast: typeCast };
}

function at(location: number | undefined): { readonly location?: number } {
  return location === undefined ? {} : { location };
}
