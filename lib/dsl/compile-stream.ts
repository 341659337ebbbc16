import type { Column, ColumnType } from '../core/column.ts';
import { customFormat } from '../formats/custom.ts';
import type { CustomFormat, Format } from '../formats/format.ts';
import { FORMAT_NAMES, namedFormat } from '../formats/named.ts';
import { textValues } from '../formats/text-values.ts';
import { quote, streamNameProblem } from '../plan/names.ts';
import { nearest } from '../plan/nearest.ts';
import type { StreamPlan } from '../plan/plan.ts';
import type { Problems } from '../plan/problems.ts';
import { type Parser, rowValidator } from '../plan/row-validator.ts';
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
  'aggregation',
  'format',
];
const TIME_TYPES: readonly ColumnType[] = ['timestamptz', 'text', 'bigint', 'double precision'];

/** A text per column type that a validator is asked about, to see whether it answers at once. */
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
 * @returns its plan; of use only when no problem was noted
 */
export function compileStream(definition: StreamDefinition, problems: Problems): StreamPlan {
  const reader = new DefinitionReader(problems, `stream ${quote(definition.name)}`);
  reader.check(streamNameProblem(definition.name));
  reader.options(definition.given, OPTIONS);
  const { columns, parser } = columnsOf(definition, reader);
  const { partitionKey, aggregation } = definition;
  checkEventTime(definition.eventTime, columns, reader);
  if (definition.eventTime === undefined) {
    if (definition.maxAhead !== undefined)
      reader.problem('maxAhead says nothing without eventTime: when an event came is never ahead of itself');
    if (definition.maxBehind !== undefined)
      reader.problem('maxBehind says nothing without eventTime: when an event came is never behind itself');
  }
  if (partitionKey !== undefined && !columns.has(partitionKey as string)) {
    reader.problem(`partitionKey: ${unknownColumn(partitionKey, columns.keys())}`);
  }
  if (aggregation !== undefined && aggregation !== 'kpl')
    reader.problem(`aggregation must be 'kpl' or left out, not ${shown(aggregation)}`);
  const list = Object.freeze([...columns.values()]);
  const format = compileFormat(definition.format, list, reader);
  const eventTime = definition.eventTime as string | undefined;
  const validate = rowValidator(list, eventTime, parser);
  return Object.freeze({
    name: definition.name as string,
    columns: list,
    ...(eventTime === undefined ? {} : { eventTime }),
    maxOutOfOrderness: reader.duration('maxOutOfOrderness', definition.maxOutOfOrderness, '5 seconds', 0),
    maxAhead: reader.duration('maxAhead', definition.maxAhead, '1 day', 0),
    maxBehind: reader.duration('maxBehind', definition.maxBehind, '1 day', 0),
    idleTimeout: reader.duration('idleTimeout', definition.idleTimeout, '1 minute', 1),
    ...(partitionKey === undefined ? {} : { partitionKey: partitionKey as string }),
    ...(aggregation === undefined ? {} : { aggregation: 'kpl' as const }),
    ...(format === undefined ? {} : { format }),
    validate: format?.texts ? ofTexts(validate, definition, list) : validate,
  });
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
      reader.problem(`${own}: declare columns besides it, e.g. columns: { page: 'text', at: 'timestamptz' }`);
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
    reader.problem('schema is asynchronous: validators must be synchronous, so take asynchronous refinements and transforms out of it');
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

function checkEventTime(eventTime: unknown, columns: ReadonlyMap<string, Column>, reader: DefinitionReader): void {
  // Then it is when an event came.
  if (eventTime === undefined) return;
  const column = columns.get(eventTime as string);
  if (!column) {
    if (columns.size > 0) reader.problem(`eventTime: ${unknownColumn(eventTime, columns.keys())}`);
  } else if (!TIME_TYPES.includes(column.type)) {
    reader.problem(
      `eventTime: column "${column.name}" is ${column.type}, no time: use a timestamptz, ISO 8601 text, or a number of milliseconds since 1970`,
    );
  } else if (column.nullable) {
    reader.problem(`eventTime: column "${column.name}" can be null: an event without a time is in no window, so make it required`);
  }
}
