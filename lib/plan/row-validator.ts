import type { Column, Row } from '../core/column.ts';
import { type Instant, toInstant } from '../core/instant.ts';
import { columnReader, fits, isInheritedName, misfit, parseInteger, toInteger } from './column-value.ts';
import { unitHint } from './event-time.ts';
import type { Validated } from './plan.ts';

/** The first and last instant of an event, so that windows around it have years of four digits. */
const EARLIEST: Instant = Date.parse('0001-01-01T00:00:00Z');
const LATEST: Instant = Date.parse('9998-12-31T23:59:59.999Z');
/** The maximum length of a reason, which people read in a list. */
const LONGEST_REASON = 500;

/** The result of a schema. */
export type Parsed = { readonly value: unknown } | { readonly reason: string };

/** A stream's schema as a function, and what it guarantees. */
export interface Parser {
  readonly parse: (value: unknown) => Parsed;
  /** the columns whose types the schema declares: their texts and booleans need no further check */
  readonly vouched: ReadonlySet<string>;
}

/**
 * Creates the function that converts one decoded JSON value to an event's row.
 *
 * @param columns the stream's columns: every value is checked against them, unless the schema guarantees its type
 * @param eventTime the name of the event time column; `undefined` if there is none
 * @param parser the stream's schema, if it has one
 * @param readTime parses the event time, if its column is neither ISO 8601 nor milliseconds
 * @returns a function that never throws; properties that are not columns stay in the row
 *
 * @example
 * ```ts
 * const validate = rowValidator([{ name: 'at', type: 'timestamptz', nullable: false }], 'at');
 * validate({ at: '2026-01-01T00:00:00Z' }); // { row: { at: … }, time: 1767225600000 }
 * validate({ at: 'now' });                  // { reason: 'column "at": expected a time in ISO 8601, got the text "now"' }
 * ```
 */
export function rowValidator(
  columns: readonly Column[],
  eventTime: string | undefined,
  parser?: Parser,
  readTime?: ReadTime,
): (value: unknown) => Validated {
  const parse = parser?.parse;
  const checks = columns.filter(({ name }) => name !== eventTime).flatMap((column) => columnCheck(column, isVouched(column, parser)) ?? []);
  const timeOf = eventTime === undefined ? untimed : eventTimeReader(eventTime, columns, readTime);
  const copied = columns.some(({ name }) => isInheritedName(name)) ? columns : undefined;
  const integers = columns.filter(({ type }) => type === 'bigint').map(({ name }) => name);
  const check = (input: unknown): Validated => {
    const parsed = parse ? parse(input) : { value: input };
    if ('reason' in parsed) return parsed;
    if (typeof parsed.value !== 'object' || parsed.value === null || Array.isArray(parsed.value)) {
      return {
        reason: `expected a JSON object, got ${Array.isArray(parsed.value) ? 'an array' : parsed.value === null ? 'null' : `a ${typeof parsed.value}`}`,
      };
    }
    let row = copied ? ownCopy(copied, parsed.value as Row, input) : (parsed.value as Row);
    for (let i = 0; i < checks.length; i++) {
      const reason = (checks[i] as (row: Row) => string | undefined)(row);
      if (reason !== undefined) return { reason };
    }
    for (let i = 0; i < integers.length; i++) {
      const name = integers[i] as string;
      if (typeof row[name] !== 'number') row = withInteger(row, name);
    }
    return timeOf(row);
  };
  return (input) => {
    try {
      let result = check(input);
      if ('reason' in result) {
        // Whole numbers too large for a double are BigInts until here. Outside bigint columns they become doubles.
        const rounded = withoutBigInts(input, integers, parse !== undefined);
        if (rounded !== input) result = check(rounded);
      }
      return 'reason' in result && result.reason.length > LONGEST_REASON ? { reason: shortened(result.reason) } : result;
    } catch (error) {
      return { reason: shortened(`validation failed: ${error instanceof Error ? error.message : String(error)}`) };
    }
  };
}

function shortened(reason: string): string {
  return reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON).toWellFormed()}…` : reason;
}

function untimed(row: Row): Validated {
  return { row, time: undefined };
}

/** Reads a time as it is written in a column; `undefined` for what is none. */
export type ReadTime = (value: unknown) => Instant | undefined;

/** Makes a function that gives a row with its event time, or why it has none. */
export function eventTimeReader(eventTime: string, columns: readonly Column[], readTime?: ReadTime): (row: Row) => Validated {
  const column = columns.find(({ name }) => name === eventTime) ?? { name: eventTime, type: 'timestamptz', nullable: false };
  const read = columnReader(eventTime);
  const wanted = column.type === 'text' ? 'string' : column.type === 'timestamptz' ? undefined : 'number';
  const isWritten = (value: unknown): boolean => readTime !== undefined || (wanted ? typeof value === wanted : typeof value !== 'number');
  return (row) => {
    const value = read(row);
    const time = readTime ? readTime(value) : toInstant(value);
    if (time === undefined || !isWritten(value)) {
      if (readTime) return { reason: `column "${column.name}": event time ${JSON.stringify(value ?? null)} is not written as declared` };
      const reason = misfit({ ...column, type: column.type === 'text' ? 'timestamptz' : column.type, nullable: false }, value);
      return { reason: `${reason} (it is the event time)` };
    }
    if (time < EARLIEST || time > LATEST) {
      const hint = unitHint(time, value);
      const said = typeof value === 'bigint' ? value : JSON.stringify(value);
      return { reason: `column "${column.name}": event time ${said} is not within the years 1 to 9998${hint ? `: ${hint}` : ''}` };
    }
    return { row, time };
  };
}

/** Whether the schema has checked a column. Validators treat a column called `__proto__` differently. */
function isVouched({ name }: Column, parser: Parser | undefined): boolean {
  return parser?.vouched.has(name) === true && !isInheritedName(name);
}

/** The check that a column needs, if any. A schema's number may still be Infinity or a rounded whole number, since JSON allows both. */
function columnCheck(column: Column, vouched: boolean): ((row: Row) => string | undefined) | undefined {
  const { name, type, nullable } = column;
  if (vouched && (type === 'text' || type === 'boolean' || type === 'jsonb')) return undefined;
  const read = columnReader(name);
  return (row) => {
    const value = read(row);
    if (value === undefined || value === null) {
      return nullable || vouched ? undefined : misfit(column, value);
    }
    if (type === 'bigint' && typeof value === 'string') return parseInteger(value) === undefined ? misfit(column, value) : undefined;
    // Decoding has already made records with a lone surrogate dead letters, so this need not be checked again.
    const fitting = type === 'text' ? typeof value === 'string' : fits(type, value);
    return fitting ? undefined : misfit(column, value);
  };
}

/** A row in which bigints that came as text, or as a small BigInt, have their canonical form. It is a copy, since a schema's row may be frozen. */
function withInteger(row: Row, name: string): Row {
  const value = Object.hasOwn(row, name) ? row[name] : undefined;
  const integer = typeof value === 'string' ? parseInteger(value) : toInteger(value);
  if (integer === undefined || integer === value) return row;
  const copy = Object.assign(Object.create(Object.getPrototypeOf(row)) as Row, row);
  Object.defineProperty(copy, name, { value: integer, enumerable: true, writable: true, configurable: true });
  return copy;
}

/**
 * An event with doubles in place of BigInts, except in bigint columns.
 *
 * @param deep whether to convert inside its values too: a schema may expect numbers there, while jsonb keeps every value
 * @returns the event itself if nothing has to be converted
 */
function withoutBigInts(event: unknown, integers: readonly string[], deep: boolean): unknown {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return event;
  let changed = false;
  const entries = Object.entries(event).map(([name, value]): [string, unknown] => {
    if (integers.includes(name)) return [name, value];
    const rounded = typeof value === 'bigint' ? Number(value) : deep ? roundedDeep(value) : value;
    changed ||= rounded !== value;
    return [name, rounded];
  });
  return changed ? Object.fromEntries(entries) : event;
}

function roundedDeep(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) {
    const items = value.map(roundedDeep);
    return items.some((item, i) => item !== value[i]) ? items : value;
  }
  return typeof value === 'object' && value !== null ? withoutBigInts(value, [], true) : value;
}

/**
 * A row without a prototype and with only the columns. Validators may lose a property called `__proto__`, so that one
 * is taken from the input.
 */
function ownCopy(columns: readonly Column[], value: Row, input: unknown): Row {
  const row = Object.create(null) as Row;
  for (const { name } of columns) {
    if (Object.hasOwn(value, name)) row[name] = value[name];
    else if (name === '__proto__' && Object.hasOwn(input as Row, name)) row[name] = (input as Row)[name];
  }
  return row;
}
