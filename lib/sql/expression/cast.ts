import type { TypeCast } from '@pgsql/types';
import type { PgNode } from '../ast.ts';
import type { Binder } from './binder.ts';
import { literalAs } from './coerce.ts';
import { attempt, compose, constant, valueIn } from './constant.ts';
import { castFunction } from './conversions.ts';
import { lift } from './lift.ts';
import { type NamedType, readType } from './type-name.ts';
import type { Bound, Scope } from './types.ts';
import { slice } from './values/characters.ts';
import { roundTo } from './values/double.ts';
import { fail } from './values/failure.ts';
import { intervalReader } from './values/interval-fields.ts';

/** `CAST(x AS type)`, `x::type`, `type 'literal'`. */
export function bindCast(node: PgNode, { arg, typeName }: TypeCast, { scope, bind }: Binder): Bound {
  const named = readType(typeName as NonNullable<typeof typeName>, node, scope);
  const { type, modifiers } = named;
  const from = bind(arg as PgNode);
  if (type === 'interval' && modifiers.length > 0) return intervalLiteral(from, modifiers, node, scope);
  const modify = modifierOf(named, node, scope);
  const whole = convert(from, type, node, scope);
  if (!modify) return whole;
  const { nullable, structure } = whole;
  const modified = `${structure}(${modifiers.join(', ')})`;
  return compose(scope, node, [whole], {
    type,
    nullable,
    structure: modified,
    evaluate: lift([whole], modify as (value: unknown) => unknown),
  });
}

function convert(from: Bound, type: Bound['type'], node: PgNode, scope: Scope): Bound {
  if (from.type === type) return from;
  if (from.type === 'unknown') return literalAs(from, type, node, scope);
  const call = castFunction(from.type, type);
  if (!call) return scope.problem(node, `cannot cast type ${from.type} to ${type}`, hintFor(from.type, type));
  const { nullable, structure } = from;
  return compose(scope, node, [from], { type, nullable, structure: `(${structure})::${type}`, evaluate: lift([from], call) });
}

function hintFor(from: Bound['type'], to: Bound['type']): string {
  if (to === 'timestamptz' || to === 'timestamp') return 'for seconds since 1970 write to_timestamp(x)';
  if (from === 'timestamptz' || from === 'timestamp' || from === 'interval') return 'for seconds write extract(epoch FROM x)';
  return 'cast to text first: CAST(CAST(x AS text) AS …)';
}

/** Applies the numbers after a type name, such as those of numeric(10, 2), to a value. */
function modifierOf({ name, modifiers }: NamedType, node: PgNode, scope: Scope): ((value: never) => unknown) | undefined {
  const [first, second = 0] = modifiers;
  if (first === undefined) return undefined;
  if (name === 'varchar') return (value: string) => slice(value, 0, first);
  if (name === 'numeric') {
    return (value: number) => {
      const rounded = roundTo(value, second);
      return Math.abs(rounded) < 10 ** (first - second)
        ? rounded
        : fail(`numeric field overflow: ${value} does not fit numeric(${first}, ${second})`);
    };
  }
  return scope.problem(node, `type ${name} takes no length or precision here`, `write ${name} alone`);
}

/** `INTERVAL '1' MINUTE`: the field is the unit of a number without one; smaller parts are left out. */
function intervalLiteral(from: Bound, [fields, precision]: readonly number[], node: PgNode, scope: Scope): Bound {
  if (from.type !== 'unknown' || precision !== undefined) {
    return scope.problem(
      node,
      'a field or precision of INTERVAL is supported for literals without precision only',
      "write INTERVAL '1' MINUTE, or '1 minute'::interval",
    );
  }
  const text = valueIn(from) as string | null;
  const read = intervalReader(fields as number) ?? scope.problem(node, 'a precision of INTERVAL is not supported', 'leave it out');
  return constant('interval', text === null ? null : attempt(scope, node, () => read(text)));
}
