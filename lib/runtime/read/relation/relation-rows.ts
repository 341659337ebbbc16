import { MillraceError } from '../../../core/errors.ts';
import type { Window } from '../../../core/window.ts';
import type { ViewPlan } from '../../../plan/plan.ts';
import type { Relation } from '../../../plan/relation.ts';
import { metered } from '../../../plan/work.ts';
import { EVERYTHING, type Wanted } from '../../../query/demands.ts';
import { type Evaluation, evaluate } from '../../../query/evaluate.ts';
import { RowErrors } from '../../../query/row-errors.ts';
import { basesOf, finalThrough } from '../../../query/scans.ts';
import type { Tuple } from '../../../query/tuple.ts';
import { viewPlan } from '../reader.ts';
import type { Reading } from '../reading.ts';
import type { Budget } from './budget.ts';
import { readNeed } from './need-rows.ts';
import { needsOf } from './needs.ts';
import { ofWholeWindows } from './whole-windows.ts';

/** A row of a relation, the window it belongs to, and whether it can still change. */
export interface RelationRow {
  readonly row: Tuple['row'];
  readonly window: Window | undefined;
  /** why columns are NULL that could not be computed, by name; absent if there are none */
  readonly errors?: Tuple['errors'];
  readonly final: boolean;
}

/** All rows of a relation. */
export const ALL_ROWS: Wanted = { ...EVERYTHING, equals: new Map() };

/**
 * Evaluates a relation, and reads only what the demand and the relation's filters need.
 *
 * @param tolerant relations whose errors stay in their rows; default: all
 * @returns rows of all windows that touch the range, in a deterministic order; some may have values that were not requested
 * @throws MillraceError `limit` if it would read or compute too much: then only the list of windows was read;
 *   `argument` if an expression outside of `tolerant` fails for a row
 */
export async function readRelation(
  reading: Reading,
  relation: Relation,
  wanted: Wanted,
  budget: Budget,
  tolerant?: ReadonlySet<Relation>,
): Promise<RelationRow[]> {
  const planOf = (view: string): ViewPlan => viewPlan(reading.reader, view);
  const tuples = new Map<string, readonly Tuple[]>();
  for (const need of needsOf(relation, planOf, wanted)) tuples.set(need.view.name, await readNeed(reading, need, budget));
  const errors = new RowErrors();
  const found = computed(
    relation,
    (view) => tuples.get(view) ?? [],
    { spend: budget.spend, errors, ...(tolerant && { tolerant }) },
    budget,
  );
  reading.leaveOut(errors.leftOut);
  const asked = found.filter(({ window }) => window === undefined || (window.start <= wanted.to && window.end >= wanted.from));
  const through = new Map<string, number>();
  for (const view of basesOf(relation).map(planOf)) through.set(view.name, lastFinalEnd(view, await reading.through(view)));
  const end = finalThrough(relation, (view) => through.get(view) ?? Number.NEGATIVE_INFINITY);
  const whole = await ofWholeWindows(reading, relation, asked);
  return whole.map((tuple) => ({ ...tuple, final: tuple.window !== undefined && tuple.window.end <= end }));
}

/** The latest end of a view's final windows: a session that ends exactly at the boundary is not final. */
function lastFinalEnd({ window, allowedLateness }: ViewPlan, through: number): number {
  return through - allowedLateness - (window.kind === 'session' ? 1 : 0);
}

function computed(
  relation: Relation,
  rowsOf: (view: string) => readonly Tuple[],
  evaluation: Evaluation,
  budget: Budget,
): readonly Tuple[] {
  try {
    return metered(budget.spendOnExpressions, () => evaluate(relation, rowsOf, evaluation));
  } catch (cause) {
    if (cause instanceof MillraceError && cause.code === 'limit') throw cause;
    // Anything that an expression or a user's function throws.
    throw new MillraceError('argument', `a row cannot be computed: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
