import { MillraceError } from '../../../core/errors.ts';
import type { Relation } from '../../../plan/relation.ts';
import { evaluate } from '../../../query/evaluate.ts';
import type { Tuple } from '../../../query/tuple.ts';
import { UnitMeter } from '../../units.ts';
import { judged, type RelationRow } from '../derived/relation-rows.ts';
import { Seen } from '../derived/seen.ts';
import type { AsOf } from '../query.ts';
import { type Reader, viewPlan } from '../reader.ts';
import type { AskLimits } from './limits.ts';
import { readNeed } from './need-rows.ts';
import { needsOf } from './needs.ts';

/** What is asked once, of any views. */
export interface Question {
  readonly relation: Relation;
  readonly limits: AskLimits;
  /** what the caller has seen of each view */
  readonly asOf?: ReadonlyMap<string, AsOf> | undefined;
}

/** Rows in the relation's order, and what was seen. */
export interface AskAnswer {
  readonly rows: readonly RelationRow[];
  readonly asOf: ReadonlyMap<string, AsOf>;
  readonly watermark: number;
  readonly units: UnitMeter;
}

/**
 * Evaluates a relation over all of its rows, live and final together, reading no more than its filters leave.
 *
 * @throws MillraceError `limit` when it would read or compute too much: nothing was read then but which windows there are;
 *   `argument` when an expression fails for a row
 */
export async function ask(reader: Reader, { relation, limits, asOf }: Question): Promise<AskAnswer> {
  const seen = new Seen(asOf);
  const units = new UnitMeter();
  const tuples = new Map<string, readonly Tuple[]>();
  let left = limits;
  for (const need of needsOf(relation, (view) => viewPlan(reader, view))) {
    const { rows, pages } = await readNeed(reader, need, left, limits, seen, units);
    left = { ...left, pages: left.pages - pages, rows: left.rows - rows.length };
    tuples.set(need.view.name, rows);
  }
  const found = computed(relation, (view) => tuples.get(view) ?? [], limits.steps);
  const rows = await judged(reader, relation, found, seen, units);
  return { rows, asOf: seen.all, watermark: seen.watermark, units };
}

function computed(relation: Relation, rowsOf: (view: string) => readonly Tuple[], steps: number): readonly Tuple[] {
  let left = steps;
  const spend = (rows: number): void => {
    left -= rows;
    if (left >= 0) return;
    throw new MillraceError(
      'limit',
      `this would look at more than ${steps} rows on the way, long or wide ones counting several times: filter before joins and windows, or join on more columns`,
    );
  };
  try {
    return evaluate(relation, rowsOf, spend);
  } catch (cause) {
    if (cause instanceof MillraceError && cause.code === 'limit') throw cause;
    // Whatever an expression or a function of the user's throws.
    throw new MillraceError('argument', `a row cannot be computed: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
