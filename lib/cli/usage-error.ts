/** Invalid arguments of a command. The message says what is wrong and how to fix it; the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
