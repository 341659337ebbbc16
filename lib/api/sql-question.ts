import { parseJson, refuseDeep } from '../core/json.ts';
import { nearest } from '../plan/nearest.ts';
import type { Plan } from '../plan/plan.ts';
import { shownViews } from '../plan/shown-view.ts';
import { furthest } from '../runtime/read/as-of.ts';
import type { AsOf } from '../runtime/read/query.ts';
import { basesOfView, parseAsOf } from './as-of.ts';
import { invalid, Problem } from './problem.ts';

/** Maximum length of an SQL text. */
export const MOST_CHARACTERS = 10_000;
/** Maximum number of parameters. */
const MOST_PARAMETERS = 100;

const MEMBERS = ['sql', 'parameters', 'as_of'];
const EXAMPLE = '{"sql": "SELECT page, views FROM page_views WHERE page = $1", "parameters": ["/a"]}';

/** An ad hoc query as sent. */
export interface Question {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** what the client has seen, by base view */
  readonly asOf: ReadonlyMap<string, AsOf>;
}

/**
 * Reads the body of an ad hoc query.
 *
 * @throws Problem with the invalid part
 */
export function parseQuestion(contentType: string | undefined, body: string, plan: Plan): Question {
  if (!/^application\/json\s*(;|$)/i.test(contentType ?? '')) {
    throw new Problem('unsupported-media-type', `send JSON, with content-type: application/json, such as ${EXAMPLE}`);
  }
  const given = members(body);
  const { sql, parameters = [], as_of = {} } = given;
  if (sql === undefined) throw new Problem('missing-parameter', `sql is missing: send for example ${EXAMPLE}`, { parameter: 'sql' });
  if (typeof sql !== 'string') throw invalid('sql', 'it must be a text');
  if (sql.length > MOST_CHARACTERS) throw invalid('sql', `it has ${sql.length} characters, the maximum is ${MOST_CHARACTERS}`);
  if (!Array.isArray(parameters)) throw invalid('parameters', 'it must be an array: the values of $1, $2, …');
  if (parameters.length > MOST_PARAMETERS)
    throw invalid('parameters', `there are ${parameters.length} parameters, the maximum is ${MOST_PARAMETERS}`);
  return { sql, parameters, asOf: seenOf(as_of, plan) };
}

function members(body: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parseJson(body);
  } catch (error) {
    throw new Problem(
      'invalid-body',
      `the body is not JSON (${error instanceof Error ? error.message : error}): send for example ${EXAMPLE}`,
    );
  }
  try {
    refuseDeep(body);
  } catch (error) {
    throw new Problem('invalid-body', (error as Error).message);
  }
  if (!isObject(value)) throw new Problem('invalid-body', `the body must be an object: send for example ${EXAMPLE}`);
  const unknown = Object.keys(value).find((name) => !MEMBERS.includes(name));
  if (unknown !== undefined) {
    const shown = unknown.slice(0, 200);
    const near = nearest(unknown, MEMBERS);
    throw new Problem(
      'unknown-parameter',
      `there is no ${JSON.stringify(shown)}; ${near ? `did you mean ${near}?` : `there are ${MEMBERS.join(', ')}`}`,
      {
        parameter: shown,
        available: MEMBERS,
      },
    );
  }
  return value;
}

/** Reads what the client has seen: for each view, the `as_of` of an earlier answer. */
function seenOf(given: unknown, plan: Plan): ReadonlyMap<string, AsOf> {
  const seen = new Map<string, AsOf>();
  if (!isObject(given)) throw invalid('as_of', 'it must be an object: the as_of of earlier answers, by view');
  const views = shownViews(plan);
  for (const [name, text] of Object.entries(given)) {
    const view = views.find((each) => each.name === name);
    const parameter = `as_of.${name.slice(0, 200)}`;
    if (!view) throw invalid(parameter, `there is no such view; there are ${views.map((each) => each.name).join(', ')}`);
    if (typeof text !== 'string') throw invalid(parameter, 'it must be a text');
    for (const [base, asOf] of parseAsOf(parameter, text, basesOfView(view), view.name)) seen.set(base, furthest(seen.get(base), asOf));
  }
  return seen;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
