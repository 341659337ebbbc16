import type { Column, Row } from '../core/column.ts';
import { formatInstant, toInstant } from '../core/instant.ts';
import { fits, misfit } from './column-value.ts';
import type { Validated } from './plan.ts';

/** A column that events do not have as they come: it is computed from the others. */
export interface ComputedColumn extends Column {
  /** may throw; of a timestamptz an instant, a `Date` or ISO 8601 text */
  readonly value: (row: Row) => unknown;
}

/**
 * A validator that adds computed columns to the rows of another one. An event of which one cannot be computed, or is NULL where it must not be, is
 * none.
 */
export function withComputedColumns(
  validate: (value: unknown) => Validated,
  computed: readonly ComputedColumn[],
): (value: unknown) => Validated {
  return (given) => {
    const validated = validate(given);
    if ('reason' in validated) return validated;
    const row = Object.assign(Object.create(Object.getPrototypeOf(validated.row)) as Record<string, unknown>, validated.row);
    for (const column of computed) {
      const value = computedValue(column, validated.row);
      if (typeof value === 'object' && value !== null && 'reason' in value) return value as { reason: string };
      Object.defineProperty(row, column.name, { value, enumerable: true, writable: true, configurable: true });
    }
    return { row, time: validated.time };
  };
}

function computedValue(column: ComputedColumn, row: Row): unknown {
  const { name, type, nullable } = column;
  let value: unknown;
  try {
    value = column.value(row) ?? null;
  } catch (error) {
    return {
      reason: `column "${name}": cannot be computed: ${error instanceof Error ? error.message : String(error)}`
        .slice(0, 500)
        .toWellFormed(),
    };
  }
  if (value === null) return nullable ? null : { reason: misfit(column, null) };
  if (type === 'timestamptz') {
    const time = toInstant(value);
    return time === undefined || Math.abs(time) > 8.64e15 ? { reason: misfit(column, value) } : formatInstant(time);
  }
  return fits(type, value) ? value : { reason: misfit(column, value) };
}
