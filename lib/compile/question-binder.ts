import type { Application } from '../dsl/application.ts';
import { compileFunctions } from '../dsl/compile-functions.ts';
import { DefinitionReader } from '../dsl/definition-reader.ts';
import type { Plan } from '../plan/plan.ts';
import { Problems } from '../plan/problems.ts';
import type { BindQuestion } from '../plan/question.ts';

/**
 * Creates a function that binds ad hoc queries on an application. The parser is loaded with the first query.
 *
 * @param application the source of the functions that queries can call
 * @param plan the compiled application
 *
 * @example
 * ```ts
 * const bind = questionBinder(application, plan);
 * const { relation } = await bind('SELECT page, views FROM page_views', { parameters: [], now: Date.now() });
 * ```
 */
export function questionBinder(application: Application, plan: Plan): BindQuestion {
  const problems = new Problems();
  const functions = compileFunctions(application.sql?.functions ?? {}, new DefinitionReader(problems, `application "${plan.name}"`));
  return async (text, values) => {
    const [{ parseSql }, { bindQuery }] = await Promise.all([import('../sql/parse.ts'), import('../sql/bind-query.ts')]);
    return bindQuery(await parseSql(text, 'sql'), plan, functions, values);
  };
}
