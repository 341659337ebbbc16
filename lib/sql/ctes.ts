import type { Node, WithClause } from '@pgsql/types';
import { nameParts } from './ast.ts';
import { type Environment, nested } from './environment.ts';
import type { Query } from './query.ts';
import { onlyKnown } from './refusal.ts';

/** The queries of WITH, bound at their first use. */
export interface Ctes {
  readonly environment: Environment;
  /** Refuses queries that nothing reads, because they would not be checked. */
  readonly checkUsed: () => void;
}

/** Reads `WITH name AS (SELECT …), …`. */
export function bindCtes(clause: WithClause | undefined, outer: Environment, bind: (node: Node, environment: Environment) => Query): Ctes {
  if (!clause) return { environment: outer, checkUsed: () => undefined };
  const { fail } = outer;
  onlyKnown(
    clause,
    ['ctes'],
    { recursive: ['WITH RECURSIVE', 'leave RECURSIVE out; recursive queries cannot be computed from a stream'] },
    clause.location,
    fail,
  );
  const unused = new Map<string, Node>();
  let environment = outer;
  for (const node of clause.ctes ?? []) {
    if (!('CommonTableExpr' in node)) return fail(node, 'this is not supported in WITH');
    const cte = node.CommonTableExpr;
    onlyKnown(
      cte,
      ['ctename', 'aliascolnames', 'ctematerialized', 'ctequery'],
      { search_clause: ['SEARCH', 'leave it out'], cycle_clause: ['CYCLE', 'leave it out'] },
      node,
      fail,
    );
    if (cte.ctematerialized !== undefined && cte.ctematerialized !== 'CTEMaterializeDefault') {
      fail(node, '[NOT] MATERIALIZED is not supported', 'leave it out: it changes nothing');
    }
    const name = cte.ctename ?? '';
    if (unused.has(name)) fail(node, `WITH has "${name}" twice`);
    unused.set(name, node);
    const names = nameParts(cte.aliascolnames);
    const around = environment;
    const query = once(() => renamed(bind(cte.ctequery as Node, nested(around, names)), names, node, around));
    environment = withQuery(around, name, () => unused.delete(name), query);
  }
  return {
    environment,
    checkUsed: () => {
      for (const [name, node] of unused) fail(node, `nothing reads "${name}"`, 'leave it out, or name it in FROM');
    },
  };
}

function once(bind: () => Query): () => Query {
  let query: Query | undefined;
  return () => {
    query ??= bind();
    return query;
  };
}

function withQuery(outer: Environment, name: string, onUse: () => void, query: () => Query): Environment {
  return {
    ...outer,
    find: (wanted, place) => {
      if (wanted !== name) return outer.find(wanted, place);
      onUse();
      return query();
    },
  };
}

function renamed(query: Query, names: readonly string[], place: Node, { fail }: Environment): Query {
  if (names.length > query.items.length) return fail(place, `there are ${names.length} names for ${query.items.length} columns`);
  return { ...query, items: query.items.map((item, i) => ({ ...item, name: names[i] ?? item.name })) };
}
