import type { Column } from '../core/column.ts';
import { nearest } from '../plan/nearest.ts';
import type { ParsedSql } from '../plan/parsed-sql.ts';
import type { Plan } from '../plan/plan.ts';
import type { BoundQuestion, QuestionValues } from '../plan/question.ts';
import { BaseViews } from './base-views.ts';
import { withinStack } from './depth.ts';
import type { Environment, Functions } from './environment.ts';
import { eventRows } from './event-rows.ts';
import { checkFields } from './known-fields.ts';
import type { RowsQuery } from './query.ts';
import { withValues } from './query-values.ts';
import { failIn } from './refusal.ts';
import { relationWindows } from './relation-windows.ts';
import { baseRows, columnItems, shaped } from './rows.ts';
import { bindSelect } from './select.ts';
import { SqlSource } from './source.ts';

/** Values for a SELECT's parameters, and the name that errors give to the text; default `sql`. */
interface QueryOptions extends Partial<QuestionValues> {
  readonly name?: string;
}

/**
 * Binds an ad hoc query: a SELECT over an application's views. It may have ORDER BY, LIMIT and parameters, and call `now()`.
 *
 * @param plan the compiled application
 * @param functions user-defined functions by their names in SQL
 * @returns the relation to evaluate, and the views it reads
 * @throws MillraceError `definition` with line and column
 *
 * @example
 * ```ts
 * const parsed = await parseSql('SELECT page, views FROM page_views ORDER BY views DESC LIMIT $1', 'sql');
 * const { relation } = bindQuery(parsed, plan, functions, { parameters: [3] });
 * ```
 */
export function bindQuery(parsed: ParsedSql, plan: Plan, functions: Functions, options: QueryOptions = {}): BoundQuestion {
  const { name = 'sql', parameters = [], now = Date.now() } = options;
  const fail = failIn(new SqlSource(parsed.text, name));
  const [statement, more] = parsed.statements;
  if (!statement) return fail(0, 'there is no SELECT', 'write SELECT … FROM a view');
  if (more) fail(more.offset, 'a query is one statement', 'send the others separately');
  checkFields(statement.node, fail);
  if (!('SelectStmt' in statement.node)) fail(statement.offset, 'only SELECT is allowed', 'write SELECT … FROM a view');
  const select = withValues(statement.node, { parameters, now }, fail);
  const queries = viewQueries(plan);
  const named = new Set<string>();
  const environment: Environment = {
    fail,
    functions,
    // A query has no state: it cannot read streams, so it never needs a base view.
    bases: new BaseViews(name, {}, 0, new Map(), fail),
    ordered: true,
    find: (wanted, place) => {
      const query = queries.get(wanted);
      if (query) {
        named.add(wanted);
        return query;
      }
      if (plan.streams.some((stream) => stream.name === wanted)) {
        return fail(
          place,
          `"${wanted}" is a stream, and ad hoc queries read only views`,
          `the views are ${[...queries.keys()].join(', ')}`,
        );
      }
      const near = nearest(wanted, queries.keys());
      return fail(place, `there is no view "${wanted}"`, near ? `did you mean "${near}"?` : `there are ${[...queries.keys()].join(', ')}`);
    },
  };
  const { relation } = withinStack(statement.offset, fail, () =>
    shaped(eventRows(bindSelect(select, environment), statement.offset, environment)),
  );
  return { relation, views: [...named] };
}

const ENDS = ['window_start', 'window_end'].map((name): Column => ({ name, type: 'timestamptz', nullable: false }));

function viewQueries({ views, derived }: Plan): ReadonlyMap<string, RowsQuery> {
  const shown = views.filter(({ hidden }) => !hidden).map((view) => [view.name, baseRows(view)] as const);
  const computed = derived.map(({ name, relation, fingerprint, key, columns }): readonly [string, RowsQuery] => {
    const windows = relationWindows(relation, views);
    const missing = windows ? ENDS.filter((end) => !columns.some((column) => column.name === end.name)) : [];
    const items = [
      ...columnItems(columns, windows !== undefined),
      ...columnItems(missing, true).map((item) => ({ ...item, hidden: true })),
    ];
    return [
      name,
      {
        kind: 'rows',
        relation: missing.length > 0 ? { kind: 'with_window', input: relation, columns: [...columns, ...missing] } : relation,
        items,
        windows,
        structure: JSON.stringify(['view', name, fingerprint]),
        key: key.map((column) => column.name),
      },
    ];
  });
  return new Map([...shown, ...computed]);
}
