import type { ColumnDef, CreateStmt, Node } from '@pgsql/types';
import type { Column, ColumnType } from '../core/column.ts';
import { schemaKey } from '../dsl/schema-files.ts';
import type { EventTimeColumn } from '../dsl/stream.ts';
import { csv } from '../formats/csv.ts';
import { FORMAT_NAMES } from '../formats/named.ts';
import { text } from '../formats/text.ts';
import type { ComputedColumn } from '../plan/computed-columns.ts';
import { streamNameProblem } from '../plan/names.ts';
import { suggestion } from '../plan/nearest.ts';
import { columnType } from './column-type.ts';
import type { Functions } from './environment.ts';
import { bindExpression } from './expression/bind.ts';
import { type Construct, type Fail, onlyKnown } from './refusal.ts';
import { relationName } from './relation-name.ts';
import { columnBound } from './rows.ts';
import { scopeOf } from './scope.ts';
import { resultType } from './values.ts';
import { type GivenOption, type OptionKind, readOptions } from './with-options.ts';

/** A stream's definition in the form of `stream(…)`. */
export interface SqlStream {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly computed: readonly ComputedColumn[];
}

/** The options of WITH: their values, and their names in TypeScript. */
const OPTIONS = {
  event_time: ['text', 'eventTime'],
  max_out_of_orderness: ['duration', 'maxOutOfOrderness'],
  max_ahead: ['duration', 'maxAhead'],
  max_behind: ['duration', 'maxBehind'],
  idle_timeout: ['duration', 'idleTimeout'],
  partition_key: ['text', 'partitionKey'],
  aggregation: ['text', 'aggregation'],
} as const;
/** WITH keys that say how duplicates are found, and their names in TypeScript. */
const DEDUPE_OPTIONS = {
  dedupe_by: ['text', 'by'],
  dedupe_within: ['duration', 'within'],
  dedupe_max_ids: ['count', 'maxIds'],
} as const;
/** WITH keys that say how the event time is written, and their names in TypeScript. */
const TIME_OPTIONS = { event_time_unit: 'unit', event_time_pattern: 'pattern' } as const;
/** WITH keys that say how records are read. */
const FORMAT_OPTIONS = {
  format: 'text',
  delimiter: 'text',
  header: 'boolean',
  pattern: 'text',
  null_text: 'text',
  schema_file: 'text',
  message: 'text',
} as const;
/** The format keys that belong to a format; to others none does. */
const OWN_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  csv: ['delimiter', 'header', 'null_text'],
  text: ['pattern', 'null_text'],
  avro: ['schema_file'],
  protobuf: ['schema_file', 'message'],
};
const KINDS: Readonly<Record<string, OptionKind>> = {
  ...Object.fromEntries(Object.entries(OPTIONS).map(([name, [kind]]) => [name, kind])),
  ...Object.fromEntries(Object.keys(TIME_OPTIONS).map((name) => [name, 'text'])),
  ...Object.fromEntries(Object.entries(DEDUPE_OPTIONS).map(([name, [kind]]) => [name, kind])),
  ...FORMAT_OPTIONS,
};
const TIME_TYPES: readonly ColumnType[] = ['timestamptz', 'text', 'bigint', 'double precision'];

const TABLE: Readonly<Record<string, Construct>> = {
  inhRelations: ['INHERITS', 'write the columns themselves'],
  partspec: ['PARTITION BY', 'name the partition key by WITH (partition_key = …)'],
  ofTypename: ['OF type', 'write the columns'],
  constraints: ['a table constraint', 'filter by WHERE in a view instead'],
  nnconstraints: ['a table constraint', 'write NOT NULL after the column'],
  tablespacename: ['TABLESPACE', 'leave it out: a stream is not stored in tables'],
  accessMethod: ['USING', 'leave it out: a stream is not stored in tables'],
  if_not_exists: ['IF NOT EXISTS', 'leave it out: the file defines everything'],
};

const COLUMN: Readonly<Record<string, Construct>> = {
  compression: ['COMPRESSION', 'leave it out'],
  storage: ['STORAGE', 'leave it out'],
  storage_name: ['STORAGE', 'leave it out'],
  collClause: ['COLLATE', 'leave it out: text is compared by code point'],
  fdwoptions: ['OPTIONS', 'leave it out'],
  raw_default: ['DEFAULT', 'write COALESCE(column, value) in a view'],
};

const NOT_NULL: Readonly<Record<string, Construct>> = {
  is_no_inherit: ['NO INHERIT', 'write NOT NULL alone'],
  deferrable: ['DEFERRABLE', 'write NOT NULL alone'],
  skip_validation: ['NOT VALID', 'write NOT NULL alone'],
};

const CONSTRAINTS: Readonly<Record<string, Construct>> = {
  CONSTR_DEFAULT: ['DEFAULT', 'write COALESCE(column, value) in a view'],
  CONSTR_IDENTITY: ['GENERATED AS IDENTITY', 'an event’s id is its shard and sequence number'],
  CONSTR_CHECK: ['CHECK', 'filter by WHERE in a view'],
  CONSTR_PRIMARY: ['PRIMARY KEY', 'write NOT NULL; a stream has no keys, a view’s GROUP BY has'],
  CONSTR_UNIQUE: ['UNIQUE', 'leave it out; de-duplicate in a view with ROW_NUMBER()'],
  CONSTR_EXCLUSION: ['EXCLUDE', 'leave it out'],
  CONSTR_FOREIGN: ['REFERENCES', 'leave it out; views are joined by JOIN'],
};

/** A format by a file with its schema, which whoever loaded the file of SQL has read. */
function schemaFormat(format: 'avro' | 'protobuf', given: ReadonlyMap<string, GivenOption>, formats: Formats, fail: Fail): unknown {
  const offset = given.get('format')?.offset;
  const file = given.get('schema_file');
  if (!file)
    return fail(
      offset,
      `format '${format}' needs schema_file`,
      `write schema_file = '${format === 'avro' ? 'event.avsc' : 'event.proto'}', from where the SQL is`,
    );
  const message = given.get('message');
  if (format === 'protobuf' && !message) return fail(offset, "format 'protobuf' needs message", "write message = 'package.Name'");
  const key = schemaKey({ format, file: String(file.value), message: message?.value as string | undefined });
  if (Object.hasOwn(formats, key)) return formats[key];
  return fail(
    file.offset,
    'schema_file can be read for a file of SQL only',
    `give the format itself: sql(…, { formats: { mine: ${format}(…) } }) and format = 'mine'`,
  );
}

/** Formats that are given to the statements, by name or {@link schemaKey}, besides those that need no more than WITH. */
type Formats = Readonly<Record<string, unknown>>;

/** What a stream's declaration may name. */
export interface TableContext {
  readonly formats: Formats;
  readonly functions: Functions;
  readonly fail: Fail;
}

/**
 * Reads `CREATE TABLE name (columns) WITH (event_time = …, …)`, which declares a stream.
 *
 */
export function readCreateTable(statement: CreateStmt, offset: number, context: TableContext): SqlStream {
  const { formats, fail } = context;
  if (statement.partbound)
    fail(statement.relation?.location, 'PARTITION OF is not supported', 'declare the stream without it; Kinesis manages its shards');
  onlyKnown(statement, ['relation', 'tableElts', 'options', 'oncommit'], TABLE, offset, fail);
  if (statement.oncommit !== undefined && statement.oncommit !== 'ONCOMMIT_NOOP') {
    fail(offset, 'ON COMMIT is not supported', 'leave it out: there are no transactions over streams');
  }
  const name = relationName(statement.relation, fail);
  const problem = streamNameProblem(name);
  if (problem !== undefined) fail(statement.relation?.location, problem);
  const columns = readColumns(statement.tableElts ?? [], offset, fail);
  const given = readOptions(statement.options, KINDS, `CREATE TABLE ${name}`, fail);
  const eventTime = checkedTime(given, columns, fail);
  for (const [option, where] of [
    ['max_ahead', 'ahead of'],
    ['max_behind', 'behind'],
  ] as const) {
    const bound = given.get(option);
    if (!bound || eventTime !== undefined) continue;
    fail(
      bound.offset,
      `"${option}" has no effect without event_time: an arrival time is never ${where} itself`,
      'leave it out, or name the column of the event time',
    );
  }
  const partition = checkColumn(given.get('partition_key'), columns, fail);
  if (partition?.generated)
    fail(given.get('partition_key')?.offset, `partition_key: column "${partition.name}" is generated, which producers cannot know`);
  const aggregation = given.get('aggregation');
  if (aggregation && aggregation.value !== 'kpl') {
    fail(aggregation.offset, `aggregation must be 'kpl' or left out, not ${JSON.stringify(aggregation.value)}`);
  }
  const dedupe = readDedupe(given, columns, fail);
  const declared = columns
    .filter(({ generated }) => !generated)
    .map(({ name: column, type, nullable }) => {
      // An event without a time is in no window: it is a dead letter, whether or not the column says NOT NULL.
      return [column, nullable && column !== eventTime?.column ? `${type} | null` : type] as const;
    });
  const computed = columns
    .filter(({ generated }) => generated)
    .map((column) => computedColumn(column, columns, column.name === eventTime?.column, context));
  const named = Object.entries(OPTIONS).flatMap(([key, [, option]]) => (given.has(key) ? [[option, given.get(key)?.value] as const] : []));
  const format = readFormat(given, formats, fail);
  return {
    name,
    options: {
      columns: Object.fromEntries(declared),
      ...Object.fromEntries(named),
      ...(eventTime && { eventTime }),
      ...(dedupe && { dedupe }),
      ...(format === undefined ? {} : { format }),
    },
    computed,
  };
}

/** How WITH says that duplicates are found. */
function readDedupe(given: ReadonlyMap<string, GivenOption>, columns: readonly DeclaredColumn[], fail: Fail): object | undefined {
  const [by, within] = [given.get('dedupe_by'), given.get('dedupe_within')];
  const [first] = Object.keys(DEDUPE_OPTIONS).flatMap((option) => given.get(option) ?? []);
  if (!first) return undefined;
  if (!by) return fail(first.offset, 'dedupe needs the column with an event’s id', "write dedupe_by = 'id'");
  if (!within) return fail(first.offset, 'dedupe needs how long an id is remembered', "write dedupe_within = '1 hour'");
  if (!given.has('partition_key')) {
    fail(
      first.offset,
      'dedupe needs partition_key: only an event of the same shard can be known as a duplicate',
      "name the column that producers use as the records' partition key: partition_key = '…'",
    );
  }
  checkColumn(by, columns, fail);
  return Object.fromEntries(
    Object.entries(DEDUPE_OPTIONS).flatMap(([option, [, name]]) => (given.has(option) ? [[name, given.get(option)?.value] as const] : [])),
  );
}

/** The format that WITH names, and the options that belong to it. */
function readFormat(given: ReadonlyMap<string, GivenOption>, formats: Formats, fail: Fail): unknown {
  const name = given.get('format')?.value as string | undefined;
  const mine = name !== undefined && Object.hasOwn(OWN_OPTIONS, name) ? (OWN_OPTIONS[name] as readonly string[]) : [];
  for (const option of Object.keys(FORMAT_OPTIONS)) {
    const stray = option === 'format' || mine.includes(option) ? undefined : given.get(option);
    if (stray) fail(stray.offset, `"${option}" says nothing of format ${name === undefined ? "'json'" : `'${name}'`}`, 'leave it out');
  }
  if (name === undefined) return undefined;
  const offset = given.get('format')?.offset;
  if (Object.hasOwn(formats, name)) return formats[name];
  const nullText = given.get('null_text')?.value as string | undefined;
  const common = nullText === undefined ? {} : { nullText };
  try {
    if (name === 'csv') {
      const delimiter = given.get('delimiter')?.value as string | undefined;
      return csv({ ...common, ...(delimiter !== undefined && { delimiter }), header: given.get('header')?.value === true });
    }
    if (name === 'text') {
      const pattern = given.get('pattern')?.value as string | undefined;
      if (pattern === undefined)
        return fail(offset, "format 'text' needs pattern", "write pattern = '(?<status>\\d+) …': its named groups are the columns");
      return text(pattern, common);
    }
  } catch (error) {
    if (error instanceof RangeError) return fail(given.get(name === 'csv' ? 'delimiter' : 'pattern')?.offset ?? offset, error.message);
    throw error;
  }
  if (FORMAT_NAMES.includes(name)) return name;
  if (name === 'avro' || name === 'protobuf') return schemaFormat(name, given, formats, fail);
  const known = [...FORMAT_NAMES, 'text', 'avro', 'protobuf', ...Object.keys(formats).filter((key) => !key.includes(':'))];
  return fail(offset, `there is no format '${name}'`, suggestion(name, known, 'the formats are'));
}

function readColumns(elements: readonly Node[], offset: number, fail: Fail): DeclaredColumn[] {
  const columns: DeclaredColumn[] = [];
  for (const node of elements) {
    if ('Constraint' in node) return fail(node, 'a table constraint is not supported', 'filter by WHERE in a view instead');
    if (!('ColumnDef' in node)) return fail(node, 'LIKE is not supported', 'write the columns themselves');
    const column = readColumn(node.ColumnDef, fail);
    if (columns.some(({ name }) => name === column.name)) fail(node, `column "${column.name}" is declared twice`);
    columns.push(column);
  }
  if (columns.length === 0) fail(offset, 'a stream needs columns', "for instance (at timestamptz NOT NULL) WITH (event_time = 'at')");
  return columns;
}

/** A column as it is declared. */
interface DeclaredColumn extends Column {
  /** the expression of a generated one */
  readonly generated?: Node;
}

function readColumn(definition: ColumnDef, fail: Fail): DeclaredColumn {
  const at = definition.location;
  onlyKnown(definition, ['colname', 'typeName', 'is_local', 'constraints'], COLUMN, at, fail);
  const type = columnType(definition.typeName, at, fail);
  let nullable = true;
  let generated: Node | undefined;
  for (const node of definition.constraints ?? []) {
    if (!('Constraint' in node)) return fail(node, 'this is not supported after a column');
    const { contype = '', conname, raw_expr: expression } = node.Constraint;
    if (contype === 'CONSTR_GENERATED' && expression) generated = expression;
    if (contype === 'CONSTR_NOTNULL' || contype === 'CONSTR_NULL') {
      onlyKnown(node.Constraint, ['contype', 'is_enforced', 'initially_valid', 'conname'], NOT_NULL, node, fail);
    }
    if (contype === 'CONSTR_NOTNULL') nullable = false;
    else if (contype !== 'CONSTR_NULL' && contype !== 'CONSTR_GENERATED') {
      const [name, instead] = CONSTRAINTS[contype] ?? ['this constraint', 'only NOT NULL can follow a column’s type'];
      fail(node, `${name} is not supported`, instead);
    }
    if (conname !== undefined) fail(node, 'a name for a constraint is not supported', 'write NOT NULL alone');
  }
  return { name: definition.colname ?? '', type, nullable, ...(generated && { generated }) };
}

/** A generated column: what its expression gives for an event, which it computes from the columns that are not generated. */
function computedColumn(
  { name, type, nullable, generated }: DeclaredColumn,
  columns: readonly DeclaredColumn[],
  isTime: boolean,
  { functions, fail }: TableContext,
): ComputedColumn {
  const own = columns.filter((column) => !column.generated);
  const items = own.map((column) => ({ name: column.name, field: column.name, bound: columnBound(column) }));
  const expression = generated as Node;
  const bound = bindExpression(expression, scopeOf({ items, functions, fail }));
  const result = resultType(bound.type);
  if (result !== type && !(result === 'bigint' && type === 'double precision'))
    fail(expression, `column "${name}" is ${type}, and its expression is ${bound.type}`, `write (…)::${type}`);
  return { name, type, nullable: nullable && !isTime, value: (row) => bound.evaluate(row) };
}

/** The column of the event time and how it is written. */
function checkedTime(given: ReadonlyMap<string, GivenOption>, columns: readonly DeclaredColumn[], fail: Fail): EventTimeColumn | undefined {
  const time = given.get('event_time');
  const written = Object.entries(TIME_OPTIONS).flatMap(([key, name]) => {
    const option = given.get(key);
    if (option && !time) return fail(option.offset, `"${key}" says nothing without event_time`, 'name the column of the event time');
    return option ? [[name, option.value] as const] : [];
  });
  if (!time) return undefined;
  const column = String(time.value);
  const how = { column, ...Object.fromEntries(written) } as EventTimeColumn;
  const first = columns.find(({ name }) => name === column.split('.')[0]);
  const within = first?.type === 'jsonb' && !columns.some(({ name }) => name === column);
  if (within) return how;
  const found = checkColumn(time, columns, fail) as DeclaredColumn;
  if (!TIME_TYPES.includes(found.type)) {
    fail(
      time.offset,
      `event_time: column "${found.name}" is ${found.type}, which is not a time`,
      'use a timestamptz, text in ISO 8601, or a number of milliseconds since 1970',
    );
  }
  return how;
}

function checkColumn(given: GivenOption | undefined, columns: readonly DeclaredColumn[], fail: Fail): DeclaredColumn | undefined {
  if (!given) return undefined;
  const name = String(given.value);
  const column = columns.find((each) => each.name === name);
  if (column) return column;
  const names = columns.map((each) => each.name);
  return fail(given.offset, `there is no column "${name}"`, suggestion(name, names, 'the columns are'));
}
