/** What one question may take. */
export interface AskLimits {
  /** pages of final results read */
  readonly pages: number;
  /** rows read, from pages and from tasks' states */
  readonly rows: number;
  /** rows that operators look at and give */
  readonly steps: number;
}
