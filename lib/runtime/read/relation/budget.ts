import { MillraceError } from '../../../core/errors.ts';

/** What one answer may take. */
export interface ReadLimits {
  /** pages of final results read */
  readonly pages: number;
  /** rows read, from pages and from tasks' states */
  readonly rows: number;
  /**
   * rows that operators look at and give; every 10 columns of one, 50 characters and aggregate of a group count like a row more; for each,
   * expressions may look at or make 500 characters
   */
  readonly steps: number;
  /** seconds of processor time to evaluate it, whatever the steps: a pattern may look at a text again for each match */
  readonly seconds: number;
}

/** Characters of which each so many take expressions about as long as an operator takes for a row. */
const CHARACTERS = 500;
/** The clock is looked at once for so many calls. */
const CALLS_BETWEEN_LOOKS = 256;

/** What is left of what one answer may take. */
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
    if (this.#steps < 0) {
      throw new MillraceError(
        'limit',
        `this would look at more than ${this.limits.steps} rows on the way, long or wide ones counting several times: filter before joins and windows, or join on more columns`,
      );
    }
    this.#checkTime();
  };

  /**
   * Takes what expressions do.
   *
   * @throws MillraceError `limit` when that is too much
   */
  readonly spendOnExpressions = (characters: number): void => {
    this.#characters += characters;
    if (this.#characters > this.limits.steps * CHARACTERS) {
      throw new MillraceError(
        'limit',
        `the expressions of this would look at or make more than ${this.limits.steps * CHARACTERS} characters, those that a pattern looks at counting fifty times: filter rows first, or make shorter texts`,
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
