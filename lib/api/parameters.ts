import { nearest } from '../plan/nearest.ts';
import { invalid, Problem } from './problem.ts';

/** The query parameters of a request; unknown and repeated ones are refused. */
export class Parameters {
  readonly #values: Map<string, string>;

  /**
   * @param query as in the URL
   * @param known the valid parameters
   * @throws Problem with the name of an unknown or repeated parameter
   */
  constructor(query: URLSearchParams, known: readonly string[]) {
    this.#values = new Map();
    for (const [name, value] of query) {
      if (!known.includes(name)) throw unknown(name, known);
      if (this.#values.has(name)) throw invalid(name, 'it occurs more than once');
      this.#values.set(name, value);
    }
  }

  /** Whether a parameter is present, even if empty. */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** A parameter's text. */
  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  /** A parameter parsed with `parse`; `undefined` if it is absent. */
  read<T>(name: string, parse: (name: string, text: string) => T): T | undefined {
    const text = this.#values.get(name);
    return text === undefined ? undefined : parse(name, text);
  }

  /** A text that is equal for requests with equal parameters, except for the named ones. */
  canonical(without: readonly string[]): string {
    const entries = [...this.#values].filter(([name]) => !without.includes(name));
    return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

function unknown(name: string, known: readonly string[]): Problem {
  const shown = JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
  const near = nearest(name, known);
  const there = known.length === 0 ? 'this path has none' : `the parameters are ${known.join(', ')}`;
  return new Problem('unknown-parameter', `there is no parameter ${shown}; ${near === undefined ? there : `did you mean ${near}?`}`, {
    parameter: name.slice(0, 200),
    available: known,
  });
}
