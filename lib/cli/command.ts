import type { ParseArgsOptionsConfig } from 'node:util';
import type { Terminal } from './terminal.ts';

/** The parsed arguments of a command. */
export interface Given {
  readonly positionals: readonly string[];
  readonly values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
}

/** A command of `millrace`. */
export interface Command {
  /** the output of `--help` */
  readonly help: string;
  readonly options: ParseArgsOptionsConfig;
  /**
   * Runs the command.
   *
   * @returns the process' exit code
   * @throws UsageError if the arguments are invalid
   */
  run(given: Given, terminal: Terminal): Promise<number>;
}
