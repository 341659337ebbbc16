/**
 * What went wrong, as a word a program can compare.
 *
 * - `definition`: an application's definition cannot work; found by `compile`.
 * - `argument`: a caller passed a value that is out of its domain.
 * - `corrupt`: stored bytes are not what was written; nothing of them was used.
 * - `gap`: a task's log misses an index; never taken for a fresh start.
 * - `conflict`: another writer was first; drop what you hold, read again.
 * - `breaker`: most of the last records are dead letters; refused until a new version is deployed.
 * - `unavailable`: a store or a stream did not answer in time; try again.
 * - `incompatible`: written by a Millrace of another format than this one's, or by another form of the view.
 * - `limit`: a query asks for more than one query may read or compute.
 */
export type ErrorCode = 'definition' | 'argument' | 'corrupt' | 'gap' | 'conflict' | 'breaker' | 'unavailable' | 'incompatible' | 'limit';

/** Where in a text the mistake is that an error is about, for programs. */
export interface TextPlace {
  /** from 1 */
  readonly line: number;
  /** from 1, in characters */
  readonly column: number;
  /** what is wrong and how to mend it, in one line and without the place */
  readonly said: string;
}

/** The same symbol in every copy of the package. */
const BRAND = Symbol.for('millrace.MillraceError');

/**
 * Every error Millrace throws on purpose. `instanceof` recognises those of another copy of the package too.
 *
 * @example
 * ```ts
 * try { await compile(app); } catch (error) {
 *   if (error instanceof MillraceError && error.code === 'definition') console.error(error.message);
 * }
 * ```
 */
export class MillraceError extends Error {
  /** Two copies of the package, such as that of a test and that of what it tests, know each other's errors. */
  static override [Symbol.hasInstance](value: unknown): value is MillraceError {
    // biome-ignore lint/complexity/noThisInStatic: a subclass inherits this, and its own errors are those of the class it is
    if (this !== MillraceError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  override readonly name = 'MillraceError';
  readonly code: ErrorCode;
  /** of a mistake in a text such as SQL */
  readonly place: TextPlace | undefined;

  /**
   * @param code what went wrong, for programs
   * @param message what, where and what to do, for people
   * @param options `cause`: the error underneath, if any; `place`: where in a text the mistake is
   */
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown; place?: TextPlace }) {
    super(message, options);
    this.code = code;
    this.place = options?.place;
    Object.defineProperty(this, BRAND, { value: true });
  }
}
