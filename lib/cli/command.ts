import type { ParseArgsOptionsConfig } from 'node:util';
import type { Terminal } from './terminal.ts';

/** What was given after a command's name. */
export interface Given {
  readonly positionals: readonly string[];
  readonly values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
}

/** A command of `millrace`. */
export interface Command {
  /** what `--help` prints */
  readonly help: string;
  readonly options: ParseArgsOptionsConfig;
  /**
   * Does it.
   *
   * @returns the process' exit code
   * @throws UsageError when it was given wrongly
   */
  run(given: Given, terminal: Terminal): Promise<number>;
}
