import type { Relation } from '../../../plan/relation.ts';
import type { UnitMeter } from '../../units.ts';
import type { Reader } from '../reader.ts';
import { readAtOnce, type SeenViews } from '../reading.ts';
import { Budget, type ReadLimits } from './budget.ts';
import { ALL_ROWS, type RelationRow, readRelation } from './relation-rows.ts';

/** What is asked once, of any views. */
export interface Question {
  readonly relation: Relation;
  readonly limits: ReadLimits;
  /** what the caller has seen of each view */
  readonly asOf?: SeenViews | undefined;
}

/** Rows in the relation's order, and what was seen. */
export interface AskAnswer {
  readonly rows: readonly RelationRow[];
  readonly asOf: SeenViews;
  readonly watermark: number;
  readonly units: UnitMeter;
}

/**
 * Evaluates a relation over all of its rows, live and final together, each stream at one instant.
 *
 * @throws MillraceError `limit` when it would read or compute too much; `argument` when an expression fails for a row
 */
export async function ask(reader: Reader, { relation, limits, asOf }: Question): Promise<AskAnswer> {
  return readAtOnce(reader, asOf ?? new Map(), async (reading) => {
    const rows = await readRelation(reading, relation, ALL_ROWS, new Budget(limits));
    return { rows, asOf: reading.seen, watermark: reading.watermark, units: reading.units };
  });
}
