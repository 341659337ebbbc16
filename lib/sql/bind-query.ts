import { MillraceError } from '../core/errors.ts';
import { nearest } from '../plan/nearest.ts';
import type { ParsedSql } from '../plan/parsed-sql.ts';
import type { Plan } from '../plan/plan.ts';
import type { Relation } from '../plan/relation.ts';
import { BaseViews } from './base-views.ts';
import type { Environment, Functions } from './environment.ts';
import { eventRows } from './event-rows.ts';
import { checkFields } from './known-fields.ts';
import type { RowsQuery } from './query.ts';
import { failIn } from './refusal.ts';
import { relationWindows } from './relation-windows.ts';
import { baseRows, columnItems, shaped } from './rows.ts';
import { bindSelect } from './select.ts';
import { SqlSource } from './source.ts';

/**
 * Binds a SELECT over an application's views, as it is asked once: it may be ordered and limited.
 *
 * @param plan what `compile` gave
 * @param functions the user's own, by the names SQL calls them
 * @param name what positions in errors are told with
 * @returns the relation to evaluate; its columns are the answer's, in order
 * @throws MillraceError `definition` with line and column
 *
 * @example
 * ```ts
 * const relation = bindQuery(await parseSql('SELECT page, views FROM page_views ORDER BY views DESC LIMIT 3', 'sql'), plan, functions);
 * ```
 */
export function bindQuery(parsed: ParsedSql, plan: Plan, functions: Functions, name = 'sql'): Relation {
  const fail = failIn(new SqlSource(parsed.text, name));
  const [statement, more] = parsed.statements;
  if (!statement) throw new MillraceError('definition', `${name}: there is no SELECT: write SELECT … FROM a view`);
  if (more) fail(more.offset, 'only one statement can be asked at a time', 'send the others by themselves');
  checkFields(statement.node, fail);
  if (!('SelectStmt' in statement.node)) fail(statement.offset, 'only SELECT can be asked', 'write SELECT … FROM a view');
  const queries = viewQueries(plan);
  const environment: Environment = {
    fail,
    functions,
    // Nothing is kept for a query: streams cannot be read, so no base view is ever asked for.
    bases: new BaseViews(name, {}, 0, new Map(), fail),
    ordered: true,
    find: (wanted, place) => {
      const query = queries.get(wanted);
      if (query) return query;
      if (plan.streams.some((stream) => stream.name === wanted)) {
        return fail(place, `"${wanted}" is a stream, and a query reads views`, `the views are ${[...queries.keys()].join(', ')}`);
      }
      const near = nearest(wanted, queries.keys());
      return fail(place, `there is no view "${wanted}"`, near ? `did you mean "${near}"?` : `there are ${[...queries.keys()].join(', ')}`);
    },
  };
  return shaped(eventRows(bindSelect(statement.node, environment), statement.offset, environment)).relation;
}

function viewQueries({ views, derived }: Plan): ReadonlyMap<string, RowsQuery> {
  const shown = views.filter(({ hidden }) => !hidden).map((view) => [view.name, baseRows(view)] as const);
  const computed = derived.map(({ name, relation, fingerprint, key, columns }): readonly [string, RowsQuery] => {
    const windows = relationWindows(relation, views);
    const items = columnItems(columns, windows !== undefined);
    return [
      name,
      {
        kind: 'rows',
        relation,
        items,
        windows,
        structure: JSON.stringify(['view', name, fingerprint]),
        key: key.map((column) => column.name),
      },
    ];
  });
  return new Map([...shown, ...computed]);
}
