import { RESERVED_COLUMNS } from '../core/column.ts';

/** Kinesis' rule for stream names, because the Kinesis stream has the same name. */
const STREAM_NAME = /^[a-zA-Z0-9_.-]{1,128}$/;
/** Names that need no quotes in SQL and no escapes in a URL. */
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
/** Part of the names of tables and functions. */
const APPLICATION_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** Why a name is not valid for a stream; `undefined` if it is. */
export function streamNameProblem(name: unknown): string | undefined {
  return matches(STREAM_NAME, name)
    ? undefined
    : `${quote(name)} is not a valid stream name: use 1 to 128 letters, digits, "_", "." and "-"`;
}

/** Why a name is not valid for a view; `undefined` if it is. */
export function viewNameProblem(name: unknown): string | undefined {
  return matches(IDENTIFIER, name)
    ? undefined
    : `${quote(name)} is not a valid view name: use letters, digits and "_", not starting with a digit, at most 128`;
}

/** Why a name is not valid for an application; `undefined` if it is. */
export function applicationNameProblem(name: unknown): string | undefined {
  return matches(APPLICATION_NAME, name)
    ? undefined
    : `${quote(name)} is not a valid application name: use letters, digits, "_" and "-", starting with a letter, at most 64`;
}

/** Why a name is not valid for a key or an aggregate; `undefined` if it is. */
export function resultColumnProblem(name: unknown): string | undefined {
  if (!matches(IDENTIFIER, name)) {
    return `${quote(name)} is not a valid result column name: use letters, digits and "_", not starting with a digit, at most 128`;
  }
  return RESERVED_COLUMNS.includes(name as string) ? `${quote(name)} is reserved, every result row has it: choose another name` : undefined;
}

function matches(pattern: RegExp, name: unknown): boolean {
  return typeof name === 'string' && pattern.test(name);
}

/** A name for messages, truncated if it is long. */
export function quote(name: unknown): string {
  const text = typeof name === 'string' ? name : String(name);
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
