/**
 * The kind of an error, for programs to compare.
 *
 * - `definition`: an application's definition is invalid; found by `compile`.
 * - `argument`: a caller passed an invalid value.
 * - `corrupt`: stored bytes are not what was written; none of them were used.
 * - `gap`: an index is missing in a task's log; the task does not start again from nothing.
 * - `conflict`: another writer was first; discard the state and read it again.
 * - `breaker`: most of the last records are dead letters; refused until a new version is deployed.
 * - `unavailable`: a store or a stream did not answer in time; try again.
 * - `incompatible`: written by a Millrace of another format than this one's, or by another form of the view.
 * - `limit`: a query asks for more than one query may read or compute.
 */
export type ErrorCode = 'definition' | 'argument' | 'corrupt' | 'gap' | 'conflict' | 'breaker' | 'unavailable' | 'incompatible' | 'limit';

/** The position of an error in a text, for programs. */
export interface TextPlace {
  /** from 1 */
  readonly line: number;
  /** from 1, in characters */
  readonly column: number;
  /** what is wrong and how to fix it, in one line and without the position */
  readonly said: string;
}

/** The same symbol in every copy of the package. */
const BRAND = Symbol.for('millrace.MillraceError');

/**
 * The class of all errors that Millrace throws deliberately. `instanceof` also recognises errors of another copy of the package.
 *
 * @example
 * ```ts
 * try { await compile(app); } catch (error) {
 *   if (error instanceof MillraceError && error.code === 'definition') console.error(error.message);
 * }
 * ```
 */
export class MillraceError extends Error {
  /** Recognises errors across two copies of the package, such as that of a test and that of the tested code. */
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
