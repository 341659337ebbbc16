import type { CreateTableAsStmt, Node } from '@pgsql/types';
import { viewNameProblem } from '../plan/names.ts';
import { nameParts } from './ast.ts';
import type { ViewOptions } from './base-views.ts';
import { type Construct, type Fail, onlyKnown } from './refusal.ts';
import { relationName } from './relation-name.ts';
import { type GivenOption, type OptionKind, readOptions } from './with-options.ts';

/** A view that CREATE MATERIALIZED VIEW declares. */
export interface SqlView {
  readonly name: string;
  readonly nameOffset: number | undefined;
  readonly select: Node;
  /** names of its columns, by position */
  readonly columns: readonly string[];
  readonly options: ViewOptions;
  readonly given: ReadonlyMap<string, GivenOption>;
}

const OPTIONS: Readonly<Record<string, OptionKind>> = {
  allowed_lateness: 'duration',
  retention: 'duration',
  rows: 'boolean',
  max_keys: 'count',
  version: 'version',
};

const INTO: Readonly<Record<string, Construct>> = {
  accessMethod: ['USING', 'leave it out'],
  tableSpaceName: ['TABLESPACE', 'leave it out'],
  skipData: ['WITH NO DATA', 'leave it out: a view starts with its stream'],
};

/** Reads `CREATE MATERIALIZED VIEW name WITH (…) AS SELECT …`. */
export function readCreateView(statement: CreateTableAsStmt, offset: number, fail: Fail): SqlView {
  if (statement.objtype !== 'OBJECT_MATVIEW') {
    fail(offset, 'CREATE TABLE … AS is not supported', 'write CREATE MATERIALIZED VIEW name AS SELECT …');
  }
  onlyKnown(
    statement,
    ['query', 'into', 'objtype'],
    { if_not_exists: ['IF NOT EXISTS', 'leave it out: the file defines everything'] },
    offset,
    fail,
  );
  const into = statement.into ?? {};
  onlyKnown(into, ['rel', 'options', 'onCommit', 'colNames'], INTO, offset, fail);
  const name = relationName(into.rel, fail);
  const nameOffset = into.rel?.location;
  const problem = viewNameProblem(name);
  if (problem !== undefined) fail(nameOffset, problem);
  const given = readOptions(into.options, OPTIONS, `view ${name}`, fail);
  const value = (key: string): unknown => given.get(key)?.value;
  return {
    name,
    nameOffset,
    select: statement.query as Node,
    columns: nameParts(into.colNames),
    options: {
      ...(given.has('allowed_lateness') ? { allowedLateness: value('allowed_lateness') as string } : {}),
      ...(given.has('retention') ? { retention: value('retention') as string } : {}),
      ...(given.has('rows') ? { rows: value('rows') as boolean } : {}),
      ...(given.has('max_keys') ? { maxKeys: value('max_keys') as number } : {}),
      ...(given.has('version') ? { version: value('version') as string | number } : {}),
    },
    given,
  };
}
