import { fail } from './failure.ts';
import type { Int } from './int.ts';
import { formatJson } from './json.ts';

/** The maximum number of items of an array. */
const MOST_ITEMS = 100_000;

type Members = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * `->`: a member of an object by name, or an item of an array by position, from the end if negative. Any other value counts as an
 * array of itself. A missing member or item is NULL.
 */
export function member(value: unknown, name: string | Int): unknown {
  if (typeof name === 'string') return isObject(value) && Object.hasOwn(value, name) ? (value[name] ?? null) : null;
  return isObject(value) ? null : ((Array.isArray(value) ? value : [value]).at(Number(name)) ?? null);
}

/** `->>`: the same as text: a string unchanged, anything else as JSON. */
export function memberText(value: unknown, name: string | Int): string | null {
  return asText(member(value, name));
}

/** A JSON value as text. */
export function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : formatJson(value);
}

/** `#>`: a member by its path, written as `{a,0,b}`. */
export function memberAt(path: string): (value: unknown) => unknown {
  const names = parsePath(path);
  return (value) => followPath(value, names);
}

/** `#>>`: the same as text. */
export function memberAtText(path: string): (value: unknown) => string | null {
  const follow = memberAt(path);
  return (value) => asText(follow(value));
}

/** Follows a path of names; in an array, a whole number is a position. */
export function followPath(value: unknown, names: readonly string[]): unknown {
  let at = value;
  for (const name of names) {
    if (Array.isArray(at)) {
      if (!/^-?\d+$/.test(name)) return null;
      at = at.at(Number(name)) ?? null;
    } else at = member(at, name);
  }
  return at;
}

/** Reads a text array literal of one dimension. */
function parsePath(text: string): string[] {
  const body = /^\s*\{(.*)\}\s*$/s.exec(text)?.[1];
  if (body === undefined) return fail(`malformed array literal: ${JSON.stringify(text)}; write a path as '{a,0,b}'`);
  if (body.trim() === '') return [];
  const names: string[] = [];
  // No two parts of the pattern may match the same spaces, or matching would be cubic in their number.
  const item = /\s*(?:"((?:[^"\\]|\\.)*)"\s*|([^\s",{}\\][^",{}\\]*))(?:,|$)/gsy;
  while (item.lastIndex < body.length) {
    const match = item.exec(body);
    if (!match) return fail(`malformed array literal: ${JSON.stringify(text)}; write a path as '{a,0,b}'`);
    names.push(match[1]?.replace(/\\(.)/gs, '$1') ?? (match[2] as string).trim());
  }
  return names;
}

/** `@>`: whether one value contains another: all its members with their values, and its items in any order. */
export function containsJson(whole: unknown, part: unknown): boolean {
  if (Array.isArray(whole)) {
    // An array also contains a single value, by an exception at the top level.
    const items = Array.isArray(part) ? part : [part];
    return !isObject(part) && items.every((item) => whole.some((each) => holds(each, item)));
  }
  return holds(whole, part);
}

function holds(whole: unknown, part: unknown): boolean {
  if (Array.isArray(whole) && Array.isArray(part)) return part.every((item) => whole.some((each) => holds(each, item)));
  if (isObject(whole) && isObject(part)) {
    return Object.entries(part).every(([name, value]) => Object.hasOwn(whole, name) && holds(whole[name], value));
  }
  return formatJson(whole) === formatJson(part);
}

/** `?`: whether an object has a member, or an array a string, of that name. */
export function hasMember(value: unknown, name: string): boolean {
  return Array.isArray(value) ? value.includes(name) : isObject(value) ? Object.hasOwn(value, name) : value === name;
}

/** `||`: merges two objects, the right one's members win; otherwise concatenates items, where a single value is one item. */
export function concatJson(left: unknown, right: unknown): unknown {
  if (isObject(left) && isObject(right)) return { ...left, ...right };
  const items = [left, right].flat();
  return items.length > MOST_ITEMS && [left, right].every((each) => !Array.isArray(each) || each.length < items.length)
    ? fail('requested array too large')
    : items;
}
