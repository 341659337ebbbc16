/** What one question may take. */
export interface AskLimits {
  /** pages of final results read */
  readonly pages: number;
  /** rows read, from pages and from tasks' states */
  readonly rows: number;
  /** rows that operators look at and give; every 10 columns of one, 50 characters and aggregate of a group count like a row more */
  readonly steps: number;
}
