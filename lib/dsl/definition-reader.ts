import { type Duration, parseDuration } from '../core/duration.ts';
import { suggestion } from '../plan/nearest.ts';
import type { Problems } from '../plan/problems.ts';

/** Reads the options of one part of a definition and collects their errors. */
export class DefinitionReader {
  readonly #problems: Problems;
  /** the place of the part, e.g. `view "page_views"` */
  readonly place: string;

  constructor(problems: Problems, place: string) {
    this.#problems = problems;
    this.place = place;
  }

  /** Adds an error: what is wrong and how to fix it. */
  problem(what: string): void {
    this.#problems.add(this.place, what);
  }

  /** Adds the error of a check, if there is one. */
  check(what: string | undefined): boolean {
    if (what !== undefined) this.problem(what);
    return what === undefined;
  }

  /** Runs a function and adds the error that it throws. */
  attempt<T>(run: () => T): T | undefined {
    return this.#problems.attempt(this.place, run);
  }

  /**
   * Reports options that do not exist, which are usually misspelt.
   *
   * @param what the owner of the options, if the place does not name it: `the tumbling window`
   */
  options(given: readonly string[], known: readonly string[], what?: string): void {
    for (const name of given) {
      if (!known.includes(name)) {
        const none = what === undefined ? 'there is no option' : `${what} has no option`;
        this.problem(`${none} ${JSON.stringify(name)}; ${suggestion(name, known, 'the options are')}`);
      }
    }
  }

  /**
   * Reads a duration.
   *
   * @param fallback the default
   * @param least the minimum in milliseconds: 0 or 1
   * @returns milliseconds; `least` after an error
   */
  duration(option: string, value: unknown, fallback: Duration, least: 0 | 1): number {
    const given = value === undefined ? fallback : value;
    let ms: number | undefined;
    if (typeof given === 'string' || typeof given === 'number') {
      try {
        ms = parseDuration(given);
      } catch {
        ms = undefined;
      }
    }
    if (ms === undefined) {
      this.problem(
        `${option}: ${shown(given)} is not a duration: write a whole number of milliseconds or text such as '5 seconds', '1 hour 30 minutes'`,
      );
      return least;
    }
    if (ms < least) {
      this.problem(`${option} must ${least === 0 ? 'not be negative' : 'be above zero'}; it is ${shown(given)}`);
      return least;
    }
    return ms;
  }
}

/** A value for messages. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** The error for an unknown column. */
export function unknownColumn(name: unknown, columns: Iterable<string>): string {
  const names = [...columns];
  return `there is no column ${shown(name)}; ${names.length > 0 ? suggestion(String(name), names, 'the columns are') : 'there are no columns'}`;
}
