import { type Column, type ColumnType, columnOf, type Row } from '../core/column.ts';
import { toInstant } from '../core/instant.ts';
import type { DedupeSpec } from '../core/view.ts';
import { customFormat } from '../formats/custom.ts';
import type { CustomFormat, Format } from '../formats/format.ts';
import { FORMAT_NAMES, namedFormat } from '../formats/named.ts';
import { textValues } from '../formats/text-values.ts';
import { type ComputedColumn, withComputedColumns } from '../plan/computed-columns.ts';
import { atPath, TIME_UNITS, type TimeUnit, unitTime } from '../plan/event-time.ts';
import { quote, streamNameProblem } from '../plan/names.ts';
import { nearest } from '../plan/nearest.ts';
import type { StreamPlan } from '../plan/plan.ts';
import type { Problems } from '../plan/problems.ts';
import { eventTimeReader, type Parser, type ReadTime, rowValidator } from '../plan/row-validator.ts';
import { timePattern } from '../plan/time-pattern.ts';
import { readDeclaration } from './columns.ts';
import type { StreamDefinition } from './definition.ts';
import { DefinitionReader, shown, unknownColumn } from './definition-reader.ts';
import { isAsynchronous, schemaColumns, schemaParser, standardOf } from './schema.ts';

const OPTIONS = [
  'schema',
  'columns',
  'eventTime',
  'maxOutOfOrderness',
  'maxAhead',
  'maxBehind',
  'idleTimeout',
  'partitionKey',
  'dedupe',
  'aggregation',
  'format',
];
const TIME_TYPES: readonly ColumnType[] = ['timestamptz', 'text', 'bigint', 'double precision'];

/** A probe value per column type, to test whether a validator is synchronous. */
const PROBES: Readonly<Record<ColumnType, unknown>> = {
  text: 'a',
  bigint: 1,
  'double precision': 1,
  boolean: true,
  timestamptz: '2026-01-01T00:00:00.000Z',
  jsonb: {},
};

/**
 * Checks a stream's definition.
 *
 * @returns its plan, which is valid only if no problem was added
 */
export function compileStream(definition: StreamDefinition, problems: Problems): StreamPlan {
  const reader = new DefinitionReader(problems, `stream ${quote(definition.name)}`);
  reader.check(streamNameProblem(definition.name));
  reader.options(definition.given, OPTIONS);
  const { columns, parser } = columnsOf(definition, reader);
  const { partitionKey, aggregation } = definition;
  const time = compileEventTime(definition, columns, reader);
  if (definition.eventTime === undefined) {
    if (definition.maxAhead !== undefined)
      reader.problem('maxAhead has no effect without eventTime: an arrival time is never ahead of itself');
    if (definition.maxBehind !== undefined)
      reader.problem('maxBehind has no effect without eventTime: an arrival time is never behind itself');
  }
  if (partitionKey !== undefined && !columns.has(partitionKey as string)) {
    reader.problem(`partitionKey: ${unknownColumn(partitionKey, columns.keys())}`);
  }
  if (aggregation !== undefined && aggregation !== 'kpl')
    reader.problem(`aggregation must be 'kpl' or left out, not ${shown(aggregation)}`);
  const list = Object.freeze([...columns.values()]);
  const format = compileFormat(definition.format, list, reader);
  const computed = [...(definition.computed ?? []), ...(time?.computed ? [time.computed] : [])];
  const all = Object.freeze([...list, ...computed.map(columnOf)]);
  const dedupe = compileDedupe(definition, all, reader);
  const checked = rowValidator(list, time && !isComputed(time.name, computed) ? time.name : undefined, parser, time?.read);
  const typed = format?.texts ? ofTexts(checked, definition, list) : checked;
  return Object.freeze({
    name: definition.name as string,
    columns: all,
    ...(time === undefined ? {} : { eventTime: time.name }),
    maxOutOfOrderness: reader.duration('maxOutOfOrderness', definition.maxOutOfOrderness, '5 seconds', 0),
    maxAhead: reader.duration('maxAhead', definition.maxAhead, '1 day', 0),
    maxBehind: reader.duration('maxBehind', definition.maxBehind, '1 day', 0),
    idleTimeout: reader.duration('idleTimeout', definition.idleTimeout, '1 minute', 1),
    ...(partitionKey === undefined ? {} : { partitionKey: partitionKey as string }),
    ...(dedupe === undefined ? {} : { dedupe }),
    ...(aggregation === undefined ? {} : { aggregation: 'kpl' as const }),
    ...(format === undefined ? {} : { format }),
    validate: computed.length === 0 ? typed : withTime(withComputedColumns(typed, computed), time, computed, all),
  });
}

/** Default and maximum number of ids that a shard remembers; all of them are in memory. */
const DEFAULT_MAX_IDS = 1_000_000;
const MOST_IDS = 5_000_000;
/** The types with one text for each value, as partition keys and ids need. */
const KEY_TYPES: readonly ColumnType[] = ['text', 'bigint'];

function compileDedupe(definition: StreamDefinition, columns: readonly Column[], reader: DefinitionReader): DedupeSpec | undefined {
  const { dedupe: given, partitionKey } = definition;
  if (given === undefined) return undefined;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    reader.problem(`dedupe must be an object such as { by: 'id', within: '1 hour' }, not ${shown(given)}`);
    return undefined;
  }
  const { by, within, maxIds = DEFAULT_MAX_IDS } = given as Record<string, unknown>;
  reader.options(Object.keys(given), ['by', 'within', 'maxIds'], 'dedupe');
  const key = columns.find(({ name }) => name === partitionKey);
  if (partitionKey === undefined) {
    reader.problem(
      "dedupe needs partitionKey, the column that producers use as the records' partition key: only an event of the same shard can be known as a duplicate",
    );
  } else if (key && ![...KEY_TYPES, 'boolean'].includes(key.type)) {
    reader.problem(
      `dedupe: the partition key "${key.name}" is ${key.type}, which can be written in several ways: the partition key must be text, bigint or boolean`,
    );
  }
  const id = columns.find(({ name }) => name === by);
  if (by === undefined) reader.problem("dedupe needs by, the column with an event's id, e.g. by: 'id'");
  else if (!id) {
    reader.problem(
      `dedupe.by: ${unknownColumn(
        by,
        columns.map(({ name }) => name),
      )}`,
    );
  } else if (!KEY_TYPES.includes(id.type)) reader.problem(`dedupe.by: column "${id.name}" is ${id.type}: an id must be text or bigint`);
  else if (id.nullable)
    reader.problem(`dedupe.by: column "${id.name}" can be null: an event without an id cannot be told from another, so make it required`);
  if (within === undefined) reader.problem("dedupe needs within, how long an id is remembered, e.g. within: '1 hour'");
  const isCount = typeof maxIds === 'number' && Number.isInteger(maxIds) && maxIds >= 1 && maxIds <= MOST_IDS;
  if (!isCount) reader.problem(`dedupe.maxIds must be a whole number from 1 to ${MOST_IDS}, not ${shown(maxIds)}`);
  return Object.freeze({
    partitionKey: String(partitionKey),
    by: String(by),
    within: within === undefined ? 1 : reader.duration('dedupe.within', within, 0, 1),
    maxIds: isCount ? maxIds : DEFAULT_MAX_IDS,
  });
}

function isComputed(name: string, computed: readonly ComputedColumn[]): boolean {
  return computed.some((column) => column.name === name);
}

/** A validator that reads the event time where it is a computed column. */
function withTime(
  validate: StreamPlan['validate'],
  time: EventTime | undefined,
  computed: readonly ComputedColumn[],
  columns: readonly Column[],
): StreamPlan['validate'] {
  if (!time || !isComputed(time.name, computed)) return validate;
  const read = eventTimeReader(time.name, columns, time.computed ? undefined : time.read);
  return (value) => {
    const validated = validate(value);
    return 'reason' in validated ? validated : read(validated.row);
  };
}

function compileFormat(given: unknown, columns: readonly Column[], reader: DefinitionReader): Format | undefined {
  if (given === undefined || given === 'json') return undefined;
  const format = typeof given === 'string' ? namedFormat(given) : formatOf(given);
  if (format) return format.forColumns?.(columns.map(({ name }) => name)) ?? format;
  const near = nearest(String(given), FORMAT_NAMES);
  reader.problem(
    `format: ${shown(given)} is none${typeof given === 'string' && near ? `; did you mean ${quote(near)}?` : ''}: write one of ${FORMAT_NAMES.join(', ')}, what csv(…), text(…), avro(…) or protobuf(…) gives, or { decode: (bytes) => values }`,
  );
  return undefined;
}

function formatOf(given: unknown): Format | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  if ((given as Partial<Format>).kind === 'format') return given as Format;
  return typeof (given as Partial<CustomFormat>).decode === 'function' ? customFormat(given as CustomFormat) : undefined;
}

/** A validator of values that are all texts, as some formats have them: they are read by the columns' types first. */
function ofTexts(validate: StreamPlan['validate'], { schema }: StreamDefinition, columns: readonly Column[]): StreamPlan['validate'] {
  const standard = schema === undefined ? undefined : standardOf(schema);
  const taken = standard && schemaColumns(standard, 'input');
  const read = textValues(Array.isArray(taken) ? taken : columns);
  return (value) => validate(read(value));
}

function columnsOf(definition: StreamDefinition, reader: DefinitionReader): { columns: Map<string, Column>; parser?: Parser } {
  const columns = new Map<string, Column>();
  const declared = readColumns(definition.columns, reader);
  const standard = definition.schema === undefined ? undefined : standardOf(definition.schema);
  if (!standard) {
    if (definition.schema !== undefined) {
      reader.problem('schema must be a Standard Schema validator, such as one of Zod 3.24+, Valibot 1+ or ArkType 2+');
    } else if (definition.columns === undefined) {
      reader.problem(`needs schema (a Standard Schema validator) or columns, e.g. columns: { page: 'text', at: 'timestamptz' }`);
    } else if (declared.length === 0 && typeof definition.columns === 'object')
      reader.problem('columns is empty: a stream needs at least its event time');
    for (const column of declared) columns.set(column.name, column);
    return { columns };
  }
  const own = schemaColumns(standard);
  if (typeof own === 'string') {
    if (definition.columns === undefined)
      reader.problem(`${own}: declare columns as well, e.g. columns: { page: 'text', at: 'timestamptz' }`);
  } else {
    for (const column of own) columns.set(column.name, column);
  }
  const vouched = new Set(columns.keys());
  for (const column of declared) {
    vouched.delete(column.name);
    columns.set(column.name, column);
  }
  const sample = Object.fromEntries([...columns.values()].map(({ name, type }) => [name, PROBES[type]]));
  if (isAsynchronous(standard, [sample, {}, undefined])) {
    reader.problem('schema is asynchronous: validators must be synchronous, so remove asynchronous refinements and transforms');
  }
  return { columns, parser: { parse: schemaParser(standard), vouched } };
}

/** Reads `columns: { name: type }`. */
export function readColumns(given: unknown, reader: DefinitionReader): Column[] {
  if (given === undefined) return [];
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    reader.problem(`columns must be an object such as { page: 'text', ms: 'double precision | null' }, not ${shown(given)}`);
    return [];
  }
  const columns: Column[] = [];
  for (const [name, declaration] of Object.entries(given)) {
    const column = readDeclaration(name, declaration);
    if (typeof column === 'string') reader.problem(column);
    else columns.push(Object.freeze(column));
  }
  return columns;
}

/** A stream's event time: the column it is in, and how it is read. */
interface EventTime {
  readonly name: string;
  readonly read?: ReadTime;
  /** when it is in no column of the event's own */
  readonly computed?: ComputedColumn;
}

/** The column of a time that is computed, or deep within an event. */
const COMPUTED_TIME = 'event_time';

/** @returns `undefined` when there is none: then it is when an event came */
function compileEventTime(
  definition: StreamDefinition,
  columns: ReadonlyMap<string, Column>,
  reader: DefinitionReader,
): EventTime | undefined {
  const { eventTime: given, computed = [] } = definition;
  if (given === undefined) return undefined;
  if (typeof given === 'function') return computedTime(given as (row: Row) => unknown, columns, reader);
  const {
    column: name,
    unit,
    pattern,
  } = (typeof given === 'object' && given !== null ? given : { column: given }) as Record<string, unknown>;
  const read = readTimeOf(unit, pattern, reader);
  const column = columns.get(name as string) ?? computed.find((each) => each.name === name);
  const path = String(name).split('.');
  const within = !column && path.length > 1 ? columns.get(path[0] as string) : undefined;
  if (within) {
    if (within.type !== 'jsonb')
      reader.problem(`eventTime: ${shown(name)} is within column "${within.name}", which is ${within.type}, not jsonb`);
    const at = atPath(path);
    return computedTime((row) => (read ?? toInstant)(at(row)), columns, reader);
  }
  checkEventTime(name, column, unit, pattern, columns, reader);
  return { name: name as string, ...(read && { read }) };
}

function computedTime(value: (row: Row) => unknown, columns: ReadonlyMap<string, Column>, reader: DefinitionReader): EventTime {
  if (columns.has(COMPUTED_TIME))
    reader.problem(`eventTime: a computed time becomes column "${COMPUTED_TIME}", which the events have already`);
  return { name: COMPUTED_TIME, computed: { name: COMPUTED_TIME, type: 'timestamptz', nullable: false, value } };
}

function readTimeOf(unit: unknown, pattern: unknown, reader: DefinitionReader): ReadTime | undefined {
  if (unit !== undefined && pattern !== undefined) reader.problem('eventTime: unit is of numbers, pattern of texts: leave one of them out');
  if (pattern !== undefined) {
    const read = reader.attempt(() => {
      if (typeof pattern !== 'string') throw new RangeError(`eventTime: pattern must be a text, not ${shown(pattern)}`);
      return timePattern(pattern);
    });
    return (value) => (typeof value === 'string' ? read?.(value) : undefined);
  }
  if (unit === undefined) return undefined;
  if (typeof unit === 'string' && TIME_UNITS.includes(unit)) return unitTime(unit as TimeUnit);
  reader.problem(`eventTime: unit must be one of ${TIME_UNITS.join(', ')}, not ${shown(unit)}`);
  return undefined;
}

function checkEventTime(
  name: unknown,
  column: Column | undefined,
  unit: unknown,
  pattern: unknown,
  columns: ReadonlyMap<string, Column>,
  reader: DefinitionReader,
): void {
  if (!column) {
    if (columns.size > 0) reader.problem(`eventTime: ${unknownColumn(name, columns.keys())}`);
  } else if (pattern !== undefined && column.type !== 'text') {
    reader.problem(`eventTime: a pattern is of text, and column "${column.name}" is ${column.type}`);
  } else if (unit !== undefined && (column.type === 'timestamptz' || !TIME_TYPES.includes(column.type))) {
    reader.problem(`eventTime: a unit is of numbers, and column "${column.name}" is ${column.type}`);
  } else if (!TIME_TYPES.includes(column.type)) {
    reader.problem(
      `eventTime: column "${column.name}" is ${column.type}, which is not a time: use a timestamptz, ISO 8601 text, or a number of milliseconds since 1970`,
    );
  } else if (column.nullable) {
    reader.problem(`eventTime: column "${column.name}" can be null: an event without a time is in no window, so make it required`);
  }
}
