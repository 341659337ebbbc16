import { compileFunctions } from '../dsl/compile-functions.ts';
import { compileStream } from '../dsl/compile-stream.ts';
import { type DefinitionReader, shown } from '../dsl/definition-reader.ts';
import type { KnownStream } from '../dsl/known-stream.ts';
import type { SqlDefinition } from '../dsl/sql.ts';
import type { ParsedSql } from '../plan/parsed-sql.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { Problems } from '../plan/problems.ts';
import type { BoundSql } from '../sql/bound-sql.ts';

/**
 * Compiles an application's SQL.
 *
 * @param streams the streams that its other views read
 * @param views its other views, which SQL can read
 * @param retention milliseconds
 * @returns `undefined` if a problem was added
 * @throws MillraceError `definition` with line and column
 */
export async function compileSql(
  definition: SqlDefinition,
  streams: ReadonlyMap<string, KnownStream>,
  views: readonly ViewPlan[],
  retention: number,
  reader: DefinitionReader,
  problems: Problems,
): Promise<BoundSql | undefined> {
  if ((definition as Partial<SqlDefinition> | null)?.kind !== 'sql' || typeof definition.text !== 'string') {
    reader.problem(`sql must be what sql('CREATE TABLE …') gives, not ${shown(definition)}`);
    return undefined;
  }
  reader.options(definition.given ?? [], ['streams', 'functions', 'formats', 'name'], 'sql');
  const known = new Map(streams);
  for (const stream of definition.streams) {
    const name = stream.name as string;
    if (!known.has(name)) known.set(name, { definition: stream, plan: compileStream(stream, problems) });
  }
  const functions = compileFunctions(definition.functions, reader);
  if (problems.found.length > 0) return undefined;
  // Imported only if there is SQL, because binding and parsing are large.
  const { bindSql } = await import('../sql/bind.ts');
  const parsed = definition.parsed ?? (await parse(definition));
  return bindSql(parsed, {
    name: definition.name,
    streams: [...known.values()],
    views,
    functions,
    formats: definition.formats,
    retention,
  });
}

async function parse({ text, name }: SqlDefinition): Promise<ParsedSql> {
  const { parseSql } = await import('../sql/parse.ts');
  return parseSql(text, name);
}
