import type { RangeVar } from '@pgsql/types';
import { type Fail, onlyKnown } from './refusal.ts';

/** The unqualified name of a stream or view. */
export function relationName(relation: RangeVar | undefined, fail: Fail): string {
  const at = relation?.location;
  if (relation === undefined) return fail(at, 'a name is missing');
  onlyKnown(
    relation,
    ['relname', 'inh', 'relpersistence', 'alias'],
    {
      schemaname: ['a schema', `write ${relation.relname} alone: an application has one namespace`],
      catalogname: ['a database', `write ${relation.relname} alone: an application has one namespace`],
    },
    at,
    fail,
  );
  if (!relation.inh) fail(at, 'ONLY is not supported', 'leave it out');
  if (relation.relpersistence === 't') fail(at, 'TEMPORARY is not supported', 'leave it out');
  if (relation.relpersistence === 'u') fail(at, 'UNLOGGED is not supported', 'leave it out');
  return relation.relname ?? '';
}
