import { type Column, columnOf, type Row } from '../core/column.ts';
import type { KeyPlan } from '../core/view.ts';
import type { WindowSpec } from '../core/window.ts';
import { type FlowColumn, flowColumnReader } from '../plan/adder.ts';
import { valueReader } from '../plan/column-value.ts';
import { type AggregateStructure, fingerprint } from '../plan/fingerprint.ts';
import { quote, resultColumnProblem, viewNameProblem } from '../plan/names.ts';
import type { AggregatePlan, StreamPlan, ViewPlan } from '../plan/plan.ts';
import type { Problems } from '../plan/problems.ts';
import { functionProblem, predicateOf } from '../plan/user-function.ts';
import { aggregates } from './aggregate-builder.ts';
import type { View } from './application.ts';
import { readDeclaration } from './columns.ts';
import { compileAggregate } from './compile-aggregate.ts';
import { readColumns } from './compile-stream.ts';
import { compileWindow } from './compile-window.ts';
import type { AggregateDefinition, TransformDefinition } from './definition.ts';
import { DefinitionReader, shown, unknownColumn } from './definition-reader.ts';
import { shareStates } from './share-states.ts';

type Columns = ReadonlyMap<string, FlowColumn>;
type Transform = ViewPlan['transforms'][number];

/**
 * Checks a view's definition.
 *
 * @param stream the plan of the stream it reads
 * @param retention the application's retention, which is the default
 * @returns its plan, which is valid only if no problem was added
 */
export function compileView(view: View, stream: StreamPlan, retention: unknown, problems: Problems): ViewPlan {
  const reader = new DefinitionReader(problems, `view ${quote(view.name)}`);
  const { definition, options } = view;
  reader.check(viewNameProblem(view.name));
  reader.options(Object.keys(options), ['version', 'rows', 'retention']);
  const { version = '', rows = true } = options;
  if (typeof version !== 'string' && typeof version !== 'number')
    reader.problem(`version must be a text or a number, not ${shown(version)}`);
  if (typeof rows !== 'boolean') reader.problem(`rows must be true or false, not ${shown(rows)}`);
  const { transforms, expand, columns } = compileTransforms(definition.transforms, stream, reader);
  const key = compileKey(definition.key, columns, reader);
  const window = compileWindow(definition.window, reader);
  const windowed = (definition.options ?? {}) as Record<string, unknown>;
  reader.options(Object.keys(windowed), ['allowedLateness', 'time', 'maxKeys']);
  const allowedLateness = reader.duration('allowedLateness', windowed.allowedLateness, 0, 0);
  const { time = stream.eventTime === undefined ? 'arrival' : 'event' } = windowed;
  if (time !== 'event' && time !== 'arrival') reader.problem(`time must be 'event' or 'arrival', not ${shown(time)}`);
  if (time === 'event' && stream.eventTime === undefined) {
    reader.problem(
      `time: 'event' needs an event time, and stream ${quote(stream.name)} has none: name its column with eventTime, or leave time out`,
    );
  }
  const arrival = time === 'arrival';
  if (arrival && allowedLateness > 0) reader.problem('allowedLateness has no effect on windows by arrival: no event is late');
  const maxKeys = compileMaxKeys(windowed.maxKeys, window, reader);
  const { aggregates: results, structures } = compileAggregates(
    definition.build,
    new Map([...columns, ...(definition.computed ?? [])]),
    key,
    reader,
  );
  return Object.freeze({
    name: view.name,
    stream: stream.name,
    transforms,
    ...(expand && { expand }),
    key,
    window,
    ...(arrival && { arrival }),
    ...(maxKeys !== undefined && { maxKeys }),
    allowedLateness,
    aggregates: results,
    fingerprint: fingerprint({
      stream: stream.name,
      key,
      window,
      ...(arrival && { arrival }),
      ...(stream.dedupe && { dedupe: stream.dedupe }),
      allowedLateness,
      aggregates: structures,
      transforms: definition.transforms.map(({ kind }) => kind),
      version: String(version),
    }),
    retention: reader.duration('retention', options.retention, retention as number, 1),
    rows,
    columns: Object.freeze([...key.map(columnOf), ...windowColumns(window), ...results.map(columnOf)]),
  });
}

/** Default and maximum number of keys of a global window per task; all of them are in memory. */
const DEFAULT_MAX_KEYS = 100_000;
const MOST_KEYS = 1_000_000;

function compileMaxKeys(given: unknown, window: WindowSpec, reader: DefinitionReader): number | undefined {
  if (window.kind !== 'global') {
    if (given !== undefined) reader.problem('maxKeys is for global(): keys of other windows are removed when the windows end');
    return undefined;
  }
  if (given === undefined) return DEFAULT_MAX_KEYS;
  if (typeof given === 'number' && Number.isInteger(given) && given >= 1 && given <= MOST_KEYS) return given;
  reader.problem(`maxKeys must be a whole number from 1 to ${MOST_KEYS}, not ${shown(given)}`);
  return DEFAULT_MAX_KEYS;
}

function windowColumns(window: WindowSpec): Column[] {
  return window.kind === 'global' ? [] : [timeColumn('window_start'), timeColumn('window_end')];
}

function timeColumn(name: string): Column {
  return Object.freeze({ name, type: 'timestamptz', nullable: false });
}

function compileTransforms(definitions: readonly TransformDefinition[], stream: StreamPlan, reader: DefinitionReader) {
  let columns: Columns = new Map(stream.columns.map((column) => [column.name, { column, checked: true }]));
  let transforms: Transform[] = [];
  let expand: ((row: Row) => readonly Row[]) | undefined;
  for (const definition of definitions) {
    if (definition.kind === 'filter') {
      if (reader.check(functionProblem('filter', definition.predicate))) {
        const holds = predicateOf(definition.predicate as (row: Row) => unknown);
        transforms.push((row) => (holds(row) ? row : undefined));
      }
      continue;
    }
    if (reader.check(functionProblem(definition.kind, definition.map))) {
      const map = definition.map as (row: Row) => unknown;
      if (definition.kind === 'map') transforms.push(mapTransform(map));
      else {
        expand = expansion(expand, transforms, map);
        transforms = [];
      }
    }
    // The columns that a map returns are unknown. Undeclared ones are assumed to remain, and are checked when they are read.
    const made = new Map([...columns].map(([name, { column }]) => [name, { column, checked: false }]));
    for (const column of readColumns(definition.columns, reader)) made.set(column.name, { column, checked: false });
    columns = made;
  }
  return { transforms: Object.freeze(transforms), expand, columns };
}

/** Rows that one event may be made into. */
const MOST_ROWS = 100_000;

/** What is done up to a flatMap, itself included. */
function expansion(
  before: ((row: Row) => readonly Row[]) | undefined,
  transforms: readonly Transform[],
  map: (row: Row) => unknown,
): (row: Row) => readonly Row[] {
  return (event) => {
    const made: Row[] = [];
    for (const given of before ? before(event) : [event]) {
      const row = transforms.reduce<Row | undefined>((each, transform) => each && transform(each), given);
      if (row === undefined) continue;
      const rows = map(row);
      if (!Array.isArray(rows)) throw new TypeError(`a flatMap returned ${shown(rows)}, not an array of objects`);
      for (const each of rows) made.push(rowOf(each, 'flatMap'));
      if (made.length > MOST_ROWS) throw new RangeError(`a flatMap made more than ${MOST_ROWS} rows of an event`);
    }
    return made;
  };
}

function mapTransform(map: (row: Row) => unknown): Transform {
  return (row) => rowOf(map(row), 'map');
}

/** @throws TypeError if a user-defined function returned no row */
function rowOf(made: unknown, by: 'map' | 'flatMap'): Row {
  if (typeof made !== 'object' || made === null) {
    throw new TypeError(`a ${by} returned ${shown(made)}, not an object: it must return an event`);
  }
  if (made instanceof Promise) throw new TypeError(`a ${by} returned a promise: maps must be synchronous`);
  return made as Row;
}

function compileKey(parts: readonly unknown[], columns: Columns, reader: DefinitionReader): readonly KeyPlan[] {
  const key: KeyPlan[] = [];
  const add = (part: KeyPlan) => {
    if (key.some(({ name }) => name === part.name)) reader.problem(`keyBy has ${quote(part.name)} twice`);
    else key.push(Object.freeze(part));
  };
  for (const part of parts) {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) {
      const from = columns.get(part as string);
      if (!from) reader.problem(`keyBy: ${unknownColumn(part, columns.keys())}`);
      else if (checkKeyPart(from.column, reader)) add({ ...from.column, value: flowColumnReader(from) });
      continue;
    }
    for (const [name, expression] of Object.entries(part)) {
      const { type, value } = (typeof expression === 'object' && expression !== null ? expression : {}) as {
        type?: unknown;
        value?: unknown;
      };
      const column = readDeclaration(name, type);
      if (typeof column === 'string') {
        reader.problem(`keyBy: ${column}; write an expression as ${name}: { type: 'bigint', value: (e) => … }`);
      } else if (reader.check(functionProblem(`keyBy: the value of "${name}"`, value)) && checkKeyPart(column, reader)) {
        add({ ...column, value: valueReader(column, value as KeyPlan['value'], false) });
      }
    }
  }
  return Object.freeze(key);
}

function checkKeyPart(column: Column, reader: DefinitionReader): boolean {
  const problem = resultColumnProblem(column.name);
  if (problem !== undefined) {
    reader.problem(`keyBy: ${problem}, e.g. with keyBy({ name: { type: '${column.type}', value: (e) => e[${quote(column.name)}] } })`);
  } else if (column.type === 'jsonb') {
    reader.problem(
      `keyBy: "${column.name}" is jsonb, which cannot be a key: declare its type in columns if it is text or a number, or use a part of it with keyBy({ name: { type: 'text', value: (e) => … } })`,
    );
  } else return true;
  return false;
}

function compileAggregates(build: unknown, columns: Columns, key: readonly KeyPlan[], reader: DefinitionReader) {
  const plans: AggregatePlan[] = [];
  const structures: AggregateStructure[] = [];
  const entries = reader.check(functionProblem('what aggregate takes', build)) ? resultsOf(build as Build, reader) : [];
  for (const [name, aggregate] of entries) {
    const problem = resultColumnProblem(name);
    if (problem !== undefined) reader.problem(`aggregate: ${problem}`);
    if (key.some((part) => part.name === name)) reader.problem(`aggregate "${name}" has the name of a key column: choose another name`);
    const compiled = compileAggregate(name, (aggregate as { definition?: AggregateDefinition } | null)?.definition, columns, reader);
    if (!compiled) continue;
    plans.push(Object.freeze({ name, ...compiled.plan }));
    structures.push({ name, ...compiled.structure });
  }
  return { aggregates: Object.freeze(shareStates(plans, structures, columns)), structures };
}

type Build = (a: typeof aggregates) => unknown;

function resultsOf(build: Build, reader: DefinitionReader): [string, unknown][] {
  const built = reader.attempt(() => [build(aggregates)]);
  if (!built) return [];
  const [results] = built;
  const entries = typeof results === 'object' && results !== null ? Object.entries(results) : [];
  if (entries.length === 0) reader.problem('aggregate needs at least one result, e.g. aggregate((a) => ({ events: a.count() }))');
  return entries;
}
