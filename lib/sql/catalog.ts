import { createHash } from 'node:crypto';
import type { CreateStmt } from '@pgsql/types';
import { MillraceError } from '../core/errors.ts';
import { compileStream } from '../dsl/compile-stream.ts';
import type { KnownStream } from '../dsl/known-stream.ts';
import { stream as defineStream } from '../dsl/stream.ts';
import { nearest } from '../plan/nearest.ts';
import type { ParsedStatement } from '../plan/parsed-sql.ts';
import type { StreamPlan, ViewPlan } from '../plan/plan.ts';
import { Problems } from '../plan/problems.ts';
import type { DerivedViewPlan } from '../plan/relation.ts';
import { kindOf } from './ast.ts';
import { BaseViews } from './base-views.ts';
import type { BindOptions, BoundSql } from './bound-sql.ts';
import { readCreateTable } from './create-table.ts';
import { readCreateView, type SqlView } from './create-view.ts';
import type { Environment } from './environment.ts';
import { eventRows } from './event-rows.ts';
import { checkFields } from './known-fields.ts';
import type { EventsQuery, Query, RowsQuery } from './query.ts';
import { type Fail, failIn, type Place } from './refusal.ts';
import { checkSize } from './relation-size.ts';
import { baseRows, columnBound, shaped } from './rows.ts';
import { bindSelect } from './select.ts';
import type { SqlSource } from './source.ts';
import { STATEMENTS } from './statements.ts';
import { structureText } from './structure.ts';

/** The name of the view that a plain SELECT defines. */
const UNNAMED_VIEW = 'result';

/** Thrown for a statement that reads what an erroneous statement would have declared. */
export class FollowingMistake extends MillraceError {}

/** What statements have declared so far. */
export class Catalog {
  readonly #fail: Fail;
  readonly #options: BindOptions;
  readonly #streams = new Map<string, KnownStream>();
  readonly #queries = new Map<string, RowsQuery>();
  readonly #views: ViewPlan[] = [];
  readonly #hidden = new Map<string, ViewPlan>();
  readonly #derived: DerivedViewPlan[] = [];
  readonly #mistaken = new Set<string>();
  #last: string | undefined;

  constructor(source: SqlSource, options: BindOptions) {
    this.#fail = failIn(source);
    this.#options = options;
    for (const stream of options.streams) this.#streams.set(stream.plan.name, stream);
    for (const view of options.views) this.#queries.set(view.name, baseRows(view));
  }

  /** Adds a statement. */
  add({ node, offset }: ParsedStatement, last: boolean): void {
    const fail: Fail = this.#fail;
    checkFields(node, fail);
    if ('CreateStmt' in node) this.#addStream(node.CreateStmt, offset);
    else if ('CreateTableAsStmt' in node) this.#addView(readCreateView(node.CreateTableAsStmt, offset, fail), offset);
    else if ('SelectStmt' in node) {
      if (!last) fail(offset, 'only the last statement can be a SELECT without a name', 'write CREATE MATERIALIZED VIEW name AS SELECT …');
      const view = { name: UNNAMED_VIEW, nameOffset: offset, select: node, columns: [], options: {}, given: new Map() };
      this.#addView(view, offset);
    } else {
      const [name, instead] = STATEMENTS[kindOf(node)] ?? [
        `this statement (${kindOf(node)})`,
        'the statements are CREATE TABLE, CREATE MATERIALIZED VIEW and SELECT',
      ];
      fail(offset, `${name} is not supported`, instead);
    }
  }

  /** Adds a statement that has an error, so that statements that read it are not reported too. */
  addMistaken({ node }: ParsedStatement): void {
    const relation =
      'CreateStmt' in node ? node.CreateStmt.relation : 'CreateTableAsStmt' in node ? node.CreateTableAsStmt.into?.rel : undefined;
    if (relation?.relname !== undefined) this.#mistaken.add(relation.relname);
  }

  finish(): BoundSql {
    const main = this.#last;
    if (main === undefined) {
      return this.#fail(undefined, 'there is no view', 'write CREATE MATERIALIZED VIEW name AS SELECT …, or a SELECT at the end');
    }
    const streams = Array.from(this.#streams.values(), ({ plan }) => plan);
    return { streams, views: [...this.#views], derived: [...this.#derived], main };
  }

  #addStream(statement: CreateStmt, offset: number): void {
    const { formats = {}, functions } = this.#options;
    const { name, options, computed } = readCreateTable(statement, offset, { formats, functions, fail: this.#fail });
    this.#checkName(name, statement.relation?.location);
    const defined = defineStream(name, options as unknown as Parameters<typeof defineStream>[1]).definition.stream;
    const definition = Object.freeze({ ...defined, computed });
    const problems = new Problems();
    const plan: StreamPlan = compileStream(definition, problems);
    const [first] = problems.found;
    if (first !== undefined) this.#fail(offset, `${first.place}: ${first.what}`);
    this.#streams.set(name, { definition, plan });
  }

  #checkName(name: string, place: Place): void {
    if (this.#streams.has(name)) this.#fail(place, `a stream "${name}" already exists`, 'choose another name');
    if (this.#queries.has(name)) this.#fail(place, `a view "${name}" already exists`, 'choose another name');
    if (this.#views.some((view) => view.name === name))
      this.#fail(place, `"${name}" is the name of a hidden view of another view`, 'choose another name');
  }

  #addView(view: SqlView, offset: number): void {
    const fail = this.#fail;
    this.#checkName(view.name, view.nameOffset);
    this.#last = view.name;
    const hiddenBefore = this.#hidden.size;
    const bases = new BaseViews(view.name, view.options, this.#options.retention, this.#hidden, fail, (name) => this.#queries.has(name));
    const environment: Environment = {
      fail,
      functions: this.#options.functions,
      bases,
      unnamed: (i) => view.columns[i],
      find: (name, place) => this.#find(name, place),
    };
    const own = view.columns.length === 0;
    const rows = eventRows(bindSelect(view.select, environment, { own }), offset, environment);
    const maxKeys = view.given.get('max_keys');
    if (maxKeys && bases.running === 0) {
      this.#fail(
        maxKeys.offset,
        '"max_keys" has no effect here: this view does not keep keys for ever',
        'use it in a view with GROUP BY and no window',
      );
    }
    const lateness = view.given.get('allowed_lateness');
    if (lateness && bases.late === 0 && this.#hidden.size + Number(bases.made !== undefined) > hiddenBefore) {
      this.#fail(
        lateness.offset,
        '"allowed_lateness" has no effect here: no event is late by arrival time, or without a window',
        'leave it out',
      );
    }
    for (const made of [...this.#hidden.values()].slice(hiddenBefore)) this.#views.push(made);
    if (bases.made) {
      this.#views.push(bases.made);
      this.#queries.set(view.name, rows);
      return;
    }
    this.#addDerived(view, this.#named(shaped(rows), view), offset, this.#hidden.size > hiddenBefore);
  }

  #addDerived(view: SqlView, rows: RowsQuery, offset: number, ownBases: boolean): void {
    const fail = this.#fail;
    for (const [name, { offset: at }] of view.given) {
      if (name === 'version') continue;
      if (name === 'rows') fail(at, 'the rows of this view are computed when they are read, and not stored', 'leave "rows" out');
      if (!ownBases) fail(at, `"${name}" has no effect here: the view reads results of other views`, `set "${name}" on those`);
    }
    checkSize(rows.relation, offset, fail);
    const columns = rows.relation.columns;
    if (columns.length === 0) fail(offset, 'a view needs columns');
    this.#derived.push(
      Object.freeze({
        name: view.name,
        relation: rows.relation,
        key: (rows.key ?? []).flatMap((name) => columns.find((column) => column.name === name) ?? []),
        columns,
        fingerprint: createHash('sha256')
          .update(JSON.stringify([rows.structure, String(view.options.version ?? '')]))
          .digest('hex')
          .slice(0, 32),
      }),
    );
    this.#queries.set(view.name, rows);
  }

  /** Gives columns the names that follow the view's name. */
  #named(rows: RowsQuery, view: SqlView): RowsQuery {
    const { columns: names } = view;
    const { columns } = rows.relation;
    if (names.length === 0) return rows;
    if (names.length > columns.length) this.#fail(view.nameOffset, `there are ${names.length} names for ${columns.length} columns`);
    const renamed = columns.map((column, i) => ({ ...column, name: names[i] ?? column.name }));
    return {
      ...rows,
      relation: {
        kind: 'project',
        input: rows.relation,
        values: columns.map(
          ({ name }) =>
            (row) =>
              row[name],
        ),
        fields: columns.map(({ name }) => name),
        columns: renamed,
      },
      items: rows.items.map((item, i) => {
        const column = renamed[i] as (typeof renamed)[number];
        return { ...item, name: column.name, field: column.name, bound: columnBound(column) };
      }),
      structure: structureText(['columns', rows.structure, names]),
      key: rows.key?.map((name) => renamed[columns.findIndex((column) => column.name === name)]?.name ?? name),
    };
  }

  #find(name: string, place: Place): Query {
    const stream = this.#streams.get(name);
    if (stream) {
      return events(stream);
    }
    const query = this.#queries.get(name);
    if (query) return query;
    if (this.#mistaken.has(name)) throw new FollowingMistake('definition', `"${name}" has an error itself`);
    const names = [...this.#streams.keys(), ...this.#queries.keys()];
    const near = nearest(name, names);
    const known = names.length > 0 ? `there are ${names.join(', ')}` : 'declare it with CREATE TABLE first';
    return this.#fail(place, `there is no stream or view "${name}"`, near ? `did you mean "${near}"?` : known);
  }
}

/** All events of a stream. */
function events(stream: KnownStream): EventsQuery {
  return {
    kind: 'events',
    stream,
    filters: [],
    items: stream.plan.columns.map((column) => ({ name: column.name, field: column.name, bound: columnBound(column) })),
  };
}
