import type { Node, SelectStmt } from '@pgsql/types';
import { bindCtes } from './ctes.ts';
import type { Environment } from './environment.ts';
import { bindFrom } from './from.ts';
import { bindGrouped } from './grouped.ts';
import { hasAggregate, isGrouped } from './is-grouped.ts';
import { bindPlain } from './plain.ts';
import type { Query } from './query.ts';
import { type Construct, onlyKnown, type Place } from './refusal.ts';
import { sorted, withOrderColumns } from './sorted.ts';
import { bindUnion } from './union.ts';

const SELECT: Readonly<Record<string, Construct>> = {
  distinctClause: ['SELECT DISTINCT', 'write GROUP BY with the columns'],
  intoClause: ['SELECT INTO', 'write CREATE MATERIALIZED VIEW name AS SELECT …'],
  groupDistinct: ['GROUP BY DISTINCT', 'leave DISTINCT out'],
  windowClause: ['a WINDOW clause', 'write the definition after OVER'],
  valuesLists: ['VALUES', 'put the rows into a stream'],
  sortClause: ['ORDER BY in a view', 'order when reading: order_by=… over REST'],
  limitCount: ['LIMIT in a view', 'rank rows with ROW_NUMBER() OVER (…) and filter by rank, or limit when reading'],
  limitOffset: ['OFFSET in a view', 'page when reading'],
  lockingClause: ['FOR UPDATE and similar clauses', 'leave it out: views are read-only'],
};
const CLAUSES = ['targetList', 'fromClause', 'whereClause', 'groupClause', 'havingClause', 'withClause', 'limitOption', 'op'];
const ORDERING = ['sortClause', 'limitCount', 'limitOffset'];

/** Options of the outermost SELECT of a view. */
export interface Top {
  /** whether it may become the view's own base view */
  readonly own: boolean;
}

/**
 * Binds a SELECT.
 *
 * @param top set for the outermost SELECT of a view
 */
export function bindSelect(node: Node, environment: Environment, top?: Top): Query {
  const { fail } = environment;
  if (!('SelectStmt' in node)) return fail(node, 'this is not a SELECT', 'write SELECT … FROM …');
  return bindStatement(node.SelectStmt, node, environment, top);
}

function bindStatement(given: SelectStmt, place: Place, outer: Environment, top: Top | undefined): Query {
  const { fail } = outer;
  const union = given.op !== undefined && given.op !== 'SETOP_NONE';
  const ordered = outer.ordered && !union ? withOrderColumns(given) : { select: given, hidden: 0 };
  const { select } = ordered;
  const known = [...(union ? ['op', 'all', 'larg', 'rarg', 'withClause', 'limitOption'] : CLAUSES), ...(outer.ordered ? ORDERING : [])];
  const distinctOn = select.distinctClause?.some((node) => Object.keys(node).length > 0);
  if (distinctOn) fail(place, 'DISTINCT ON is not supported', 'rank rows with ROW_NUMBER() OVER (PARTITION BY …) and keep the first');
  onlyKnown(select, known, SELECT, place, fail);
  if (select.limitOption === 'LIMIT_OPTION_WITH_TIES')
    fail(place, 'FETCH … WITH TIES is not supported', 'rank rows with RANK() OVER (…) and filter by rank');
  const ctes = bindCtes(select.withClause, outer, (node, environment) => bindSelect(node, environment));
  const environment: Environment = { ...ctes.environment, ordered: false };
  const query = union
    ? bindUnion(select, environment, (side, at, around) => bindStatement(side, at, around, undefined))
    : bindCore(select, environment, place, outer.ordered === true ? undefined : top);
  ctes.checkUsed();
  return outer.ordered ? sorted(ordered, query, outer) : query;
}

function bindCore(select: SelectStmt, environment: Environment, place: Place, top: Top | undefined): Query {
  if (hasAggregate(select.whereClause, environment)) {
    environment.fail(select.whereClause, 'WHERE cannot contain an aggregate', 'filter groups in HAVING');
  }
  const input = bindFrom(select.fromClause, place, environment, (node, inner) => bindSelect(node, inner));
  return isGrouped(select, environment)
    ? bindGrouped(select, input, environment, place, top?.own === true)
    : bindPlain(select, input, environment, place);
}
