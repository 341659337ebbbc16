import { MillraceError } from '../../../core/errors.ts';
import { encodeKey } from '../../../core/key.ts';
import type { ViewPlan } from '../../../plan/plan.ts';
import type { Relation } from '../../../plan/relation.ts';
import { type Demand, demandsOf, type Range, type Wanted } from '../../../query/demands.ts';
import type { ListedWindow } from '../query.ts';

/** Maximum number of keys that are read one by one; for more, whole windows are read. */
const MOST_KEYS = 100;

/** Maximum number of places in which a relation names views: nested sub-queries that are used twice per level grow exponentially. */
const MOST_SCANS = 200;

/** What must be read of a view to cover every place where a relation names it. */
export interface Need extends Range {
  readonly view: ViewPlan;
  /** only these keys; `undefined`: all */
  readonly keys: ReadonlyMap<string, readonly unknown[]> | undefined;
}

/** The cost of reading a window. */
export function costOf({ pages, keys }: ListedWindow, need: Need): { readonly pages: number; readonly rows: number } {
  if (!need.keys) return { pages, rows: keys };
  const { size } = need.keys;
  return { pages: pages === 0 ? 0 : size, rows: size };
}

/**
 * What must be read of each view to evaluate a relation.
 *
 * @throws MillraceError `limit` when it names views in too many places
 */
export function needsOf(relation: Relation, viewOf: (name: string) => ViewPlan, wanted: Wanted): Need[] {
  const needs = new Map<string, Need>();
  let scans = 0;
  for (const demand of demandsOf(relation, wanted)) {
    if (++scans > MOST_SCANS)
      throw new MillraceError('limit', `this reads views in more than ${MOST_SCANS} places: split it into several queries`);
    const view = viewOf(demand.scan.view);
    const { from, to } = demand;
    const need = { view, from, to, keys: keysOf(view, demand) };
    const known = needs.get(view.name);
    needs.set(view.name, known ? union(known, need) : need);
  }
  return [...needs.values()];
}

function union(a: Need, b: Need): Need {
  const keys = a.keys && b.keys && new Map([...a.keys, ...b.keys]);
  return {
    view: a.view,
    from: Math.min(a.from, b.from),
    to: Math.max(a.to, b.to),
    keys: keys && keys.size <= MOST_KEYS ? keys : undefined,
  };
}

/** The keys of a demand, if it has values for every column of the key. */
function keysOf({ key }: ViewPlan, { equals }: Demand): Need['keys'] {
  if (key.length === 0) return undefined;
  let keys: readonly (readonly unknown[])[] = [[]];
  for (const { name } of key) {
    const values = equals.get(name);
    if (values === undefined || values.length * keys.length > MOST_KEYS) return undefined;
    keys = keys.flatMap((head) => values.map((value) => [...head, value]));
  }
  return new Map(keys.map((values) => [encodeKey(values), values]));
}
