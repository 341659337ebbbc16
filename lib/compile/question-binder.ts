import type { Application } from '../dsl/application.ts';
import { compileFunctions } from '../dsl/compile-functions.ts';
import { DefinitionReader } from '../dsl/definition-reader.ts';
import type { Plan } from '../plan/plan.ts';
import { Problems } from '../plan/problems.ts';
import type { BindQuestion } from '../plan/question.ts';

/**
 * Makes what binds the SQL that is asked of an application. The parser is loaded with the first question.
 *
 * @param application for its functions, which questions may call
 * @param plan what `compile` made of it
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
