import { MillraceError } from '../../../core/errors.ts';

/** What one answer may take. */
export interface ReadLimits {
  /** pages of final results read */
  readonly pages: number;
  /** rows read, from pages and from tasks' states */
  readonly rows: number;
  /** rows that operators look at and give; every 10 columns of one, 50 characters and aggregate of a group count like a row more */
  readonly steps: number;
}

/** What is left of what one answer may take. */
export class Budget {
  readonly limits: ReadLimits;
  #pages: number;
  #rows: number;
  #steps: number;

  constructor(limits: ReadLimits) {
    this.limits = limits;
    this.#pages = limits.pages;
    this.#rows = limits.rows;
    this.#steps = limits.steps;
  }

  /** What may still be read. */
  get left(): Pick<ReadLimits, 'pages' | 'rows'> {
    return { pages: this.#pages, rows: this.#rows };
  }

  /** Takes what was read of a view. */
  took(read: { readonly pages: number; readonly rows: number }): void {
    this.#pages -= read.pages;
    this.#rows -= read.rows;
  }

  /**
   * Takes what is computed next.
   *
   * @throws MillraceError `limit` when that is too much
   */
  readonly spend = (steps: number): void => {
    this.#steps -= steps;
    if (this.#steps >= 0) return;
    throw new MillraceError(
      'limit',
      `this would look at more than ${this.limits.steps} rows on the way, long or wide ones counting several times: filter before joins and windows, or join on more columns`,
    );
  };
}
