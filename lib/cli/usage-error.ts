/** A command that was given wrongly: one line says what and how to mend it; the process ends with code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
