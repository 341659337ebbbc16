import type { Row } from '../core/column.ts';
import { MillraceError } from '../core/errors.ts';
import type { Tuple } from './tuple.ts';

/** Reasons by column: why a row has NULL there instead of a value. */
export type ColumnErrors = Readonly<Record<string, string>>;

/** Longest reason that is kept, in characters. */
const LONGEST_REASON = 500;

/** What becomes of an error that one row causes. */
export interface Failures {
  /**
   * The reason of an error.
   *
   * @throws the error itself where it fails the whole answer
   */
  readonly reason: (error: unknown) => string;
  /** Counts a row that is left out, because a condition or a key of it cannot be computed. Throws as `reason` does. */
  readonly leaveOut: (error: unknown) => void;
}

/** Rows that were left out, because a condition or a key of them cannot be computed. */
export interface LeftOut {
  readonly rows: number;
  /** of the first one */
  readonly reason: string;
}

/** An expression read a column that has an error. */
class ColumnError extends Error {}

/** Collects the errors of rows. */
export class RowErrors {
  /** of a relation: each error stays in its row */
  readonly tolerant: Failures;
  /** of what somebody asks: its own errors are thrown, those of the views it reads stay in their rows */
  readonly strict: Failures;
  #rows = 0;
  #reason = '';

  constructor() {
    const failures = (reason: Failures['reason']): Failures => ({
      reason,
      leaveOut: (error) => {
        const said = reason(error);
        if (this.#rows++ === 0) this.#reason = said;
      },
    });
    this.tolerant = failures(reasonOf);
    this.strict = failures((error) => {
      if (error instanceof ColumnError) return reasonOf(error);
      throw error;
    });
  }

  /** `undefined` if there are none. */
  get leftOut(): LeftOut | undefined {
    return this.#rows === 0 ? undefined : { rows: this.#rows, reason: this.#reason };
  }
}

function reasonOf(error: unknown): string {
  // A bound of the whole answer is no error of a row.
  if (error instanceof MillraceError && error.code === 'limit') throw error;
  const reason = error instanceof Error ? error.message : String(error);
  return reason.slice(0, LONGEST_REASON).toWellFormed();
}

/** A tuple's row for expressions: reading a column that has an error throws it, so that no expression takes it for NULL. */
export function readable({ row, errors }: Tuple): Row {
  if (errors === undefined) return row;
  return new Proxy(row, {
    get(target, name) {
      const reason = typeof name === 'string' && Object.hasOwn(errors, name) ? errors[name] : undefined;
      if (reason !== undefined) throw new ColumnError(reason);
      return target[name as string];
    },
  });
}

/** A value, or NULL if it cannot be computed; the row is then counted as left out. */
export function valueOr<T>(compute: () => T, otherwise: T, { leaveOut }: Failures): T {
  try {
    return compute();
  } catch (error) {
    leaveOut(error);
    return otherwise;
  }
}

/** Errors of columns under other names. */
export function renamedErrors(
  errors: ColumnErrors | undefined,
  names: Iterable<readonly [from: string, to: string]>,
): ColumnErrors | undefined {
  if (errors === undefined) return undefined;
  const found = Array.from(names).filter(([from]) => Object.hasOwn(errors, from));
  return columnErrors(found.map(([from, to]) => [to, errors[from] as string]));
}

/** `undefined` where there are none. */
export function columnErrors(found: readonly (readonly [column: string, reason: string])[]): ColumnErrors | undefined {
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

/** A tuple, with errors only if there are some. */
export function withErrors(row: Row, window: Tuple['window'], errors: ColumnErrors | undefined): Tuple {
  return errors ? { row, window, errors } : { row, window };
}
