import type { Relation } from '../../../plan/relation.ts';
import type { LeftOut } from '../../../query/row-errors.ts';
import type { UnitMeter } from '../../units.ts';
import type { Reader } from '../reader.ts';
import { readAtOnce, type SeenViews } from '../reading.ts';
import { Budget, type ReadLimits } from './budget.ts';
import { ALL_ROWS, type RelationRow, readRelation } from './relation-rows.ts';

/** An ad hoc query over any views. */
export interface Question {
  readonly relation: Relation;
  readonly limits: ReadLimits;
  /** how far the caller has seen each view */
  readonly asOf?: SeenViews | undefined;
}

/** Rows in the relation's order, and how far each view was seen. */
export interface AskAnswer {
  readonly rows: readonly RelationRow[];
  readonly asOf: SeenViews;
  /** rows that views left out, because a condition or a key of them cannot be computed */
  readonly leftOut: LeftOut | undefined;
  readonly watermark: number;
  readonly units: UnitMeter;
}

/**
 * Evaluates a relation over all of its rows, live and final together, each stream at one instant.
 *
 * @throws MillraceError `limit` if it would read or compute too much; `argument` if an expression of the query itself fails for a row
 */
export async function ask(reader: Reader, { relation, limits, asOf }: Question): Promise<AskAnswer> {
  // An error in a view stays in the view's row; one of what is asked fails the answer, as in PostgreSQL.
  const views = new Set(reader.runtime.plan.derived.map((view) => view.relation));
  return readAtOnce(reader, asOf ?? new Map(), async (reading) => {
    const rows = await readRelation(reading, relation, ALL_ROWS, new Budget(limits), views);
    return { rows, leftOut: reading.leftOut, asOf: reading.seen, watermark: reading.watermark, units: reading.units };
  });
}
