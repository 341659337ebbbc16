import { MillraceError } from '../../../core/errors.ts';

/** The limits of one answer. */
export interface ReadLimits {
  /** pages of final results read */
  readonly pages: number;
  /** rows read, from pages and from tasks' states */
  readonly rows: number;
  /**
   * rows that operators read and return; every 10 columns, every 50 characters and every aggregate of a group count as one more row; for each,
   * expressions may read or create 500 characters
   */
  readonly steps: number;
  /** seconds of processor time to evaluate it, independent of steps: a pattern can scan a text again for each match */
  readonly seconds: number;
}

/** The number of characters that take expressions about as long as one row takes an operator. */
const CHARACTERS = 500;
/** The number of calls between two reads of the clock. */
const CALLS_BETWEEN_LOOKS = 256;

/** The remaining budget of one answer. */
export class Budget {
  readonly limits: ReadLimits;
  #pages: number;
  #rows: number;
  #steps: number;
  #characters = 0;
  #calls = 0;
  #since: number | undefined;

  constructor(limits: ReadLimits) {
    this.limits = limits;
    this.#pages = limits.pages;
    this.#rows = limits.rows;
    this.#steps = limits.steps;
  }

  /** The remaining budget of reads. */
  get left(): Pick<ReadLimits, 'pages' | 'rows'> {
    return { pages: this.#pages, rows: this.#rows };
  }

  /** Charges what was read of a view. */
  took(read: { readonly pages: number; readonly rows: number }): void {
    this.#pages -= read.pages;
    this.#rows -= read.rows;
  }

  /**
   * Charges the next computation.
   *
   * @throws MillraceError `limit` if the budget is exceeded
   */
  readonly spend = (steps: number): void => {
    this.#steps -= steps;
    if (this.#steps < 0) {
      throw new MillraceError(
        'limit',
        `this would process more than ${this.limits.steps} rows (long or wide rows count several times): filter before joins and windows, or join on more columns`,
      );
    }
    this.#checkTime();
  };

  /**
   * Charges the work of expressions.
   *
   * @throws MillraceError `limit` if the budget is exceeded
   */
  readonly spendOnExpressions = (characters: number): void => {
    this.#characters += characters;
    if (this.#characters > this.limits.steps * CHARACTERS) {
      throw new MillraceError(
        'limit',
        `the expressions would read or create more than ${this.limits.steps * CHARACTERS} characters (those that a pattern reads count fifty times): filter rows first, or create shorter texts`,
      );
    }
    this.#checkTime();
  };

  #checkTime(): void {
    if (++this.#calls % CALLS_BETWEEN_LOOKS !== 0) return;
    this.#since ??= processorSeconds();
    if (processorSeconds() - this.#since <= this.limits.seconds) return;
    throw new MillraceError(
      'limit',
      `this takes more than ${this.limits.seconds} seconds of processor time: filter rows first, or match simpler patterns in shorter texts`,
    );
  }
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
