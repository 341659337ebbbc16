import type { DefElem, Node } from '@pgsql/types';
import { parseDuration } from '../core/duration.ts';
import { suggestion } from '../plan/nearest.ts';
import { type Fail, onlyKnown } from './refusal.ts';

/** The type of an option's value. */
export type OptionKind = 'text' | 'duration' | 'boolean' | 'version' | 'count';

/** An option's value and its position. */
export interface GivenOption {
  readonly value: string | number | boolean;
  readonly offset: number | undefined;
}

/**
 * Reads `WITH (key = value, …)`.
 *
 * @param kinds the options and the types of their values
 * @param on what the clause belongs to, for messages
 */
export function readOptions(
  options: readonly Node[] | undefined,
  kinds: Readonly<Record<string, OptionKind>>,
  on: string,
  fail: Fail,
): ReadonlyMap<string, GivenOption> {
  const given = new Map<string, GivenOption>();
  for (const node of options ?? []) {
    if (!('DefElem' in node)) return fail(node, 'an option is written key = value');
    const element = node.DefElem;
    onlyKnown(
      element,
      ['defname', 'arg', 'defaction'],
      { defnamespace: ['a qualified option', 'write its name alone'] },
      element.location,
      fail,
    );
    const name = element.defname ?? '';
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined) {
      fail(element.location, `${on} has no option "${name}"`, suggestion(name, Object.keys(kinds), 'the options are'));
    }
    if (given.has(name)) fail(element.location, `option "${name}" occurs twice`, 'leave one of them out');
    given.set(name, { value: optionValue(element, name, kind, fail), offset: element.location });
  }
  return given;
}

function optionValue(element: DefElem, name: string, kind: OptionKind, fail: Fail): string | number | boolean {
  const { arg, location } = element;
  // A boolean option without a value is true, as in PostgreSQL.
  if (arg === undefined) return kind === 'boolean' ? true : fail(location, `option "${name}" needs a value`, example(name, kind));
  const value = written(arg);
  if (value === undefined) return fail(location, `option "${name}" has an invalid value`, example(name, kind));
  if (kind === 'boolean') {
    if (/^(true|on|1)$/i.test(String(value))) return true;
    if (/^(false|off|0)$/i.test(String(value))) return false;
    return fail(location, `option "${name}" must be true or false, not ${JSON.stringify(value)}`, example(name, kind));
  }
  if (kind === 'version') return value;
  if (kind === 'count') {
    return typeof value === 'number'
      ? value
      : fail(location, `option "${name}" must be a whole number, not ${JSON.stringify(value)}`, example(name, kind));
  }
  if (typeof value !== 'string') return fail(location, `option "${name}" must be a text, not the number ${value}`, example(name, kind));
  if (kind === 'duration' && !isDuration(value)) return fail(location, `${JSON.stringify(value)} is not a duration`, example(name, kind));
  return value;
}

function written(arg: Node): string | number | undefined {
  if ('String' in arg) return arg.String.sval ?? '';
  if ('Integer' in arg) return arg.Integer.ival ?? 0;
  if ('Float' in arg) return arg.Float.fval ?? '';
  if ('TypeName' in arg) {
    // An unquoted word.
    const last = arg.TypeName.names?.at(-1);
    return last && 'String' in last ? last.String.sval : undefined;
  }
  return undefined;
}

function isDuration(value: string): boolean {
  try {
    return parseDuration(value) >= 0;
  } catch {
    return false;
  }
}

function example(name: string, kind: OptionKind): string {
  const value = { text: "'…'", duration: "'5 seconds'", boolean: 'false', version: "'2'", count: '100000' }[kind];
  return `write ${name} = ${value}`;
}
