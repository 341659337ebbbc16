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
 * - `incompatible`: written by a newer Millrace than this one.
 */
export type ErrorCode = 'definition' | 'argument' | 'corrupt' | 'gap' | 'conflict' | 'breaker' | 'unavailable' | 'incompatible';

/**
 * Every error Millrace throws on purpose.
 *
 * @example
 * ```ts
 * try { await compile(app); } catch (error) {
 *   if (error instanceof MillraceError && error.code === 'definition') console.error(error.message);
 * }
 * ```
 */
export class MillraceError extends Error {
  override readonly name = 'MillraceError';
  readonly code: ErrorCode;

  /**
   * @param code what went wrong, for programs
   * @param message what, where and what to do, for people
   * @param options `cause`: the error underneath, if any
   */
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
