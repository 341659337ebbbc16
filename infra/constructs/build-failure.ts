import type { BuildFailure } from 'esbuild';

/**
 * An esbuild failure as one readable error: the file, the line and what is wrong, each problem on its own line.
 *
 * @param cause what esbuild threw
 */
export function describeBuildFailure(cause: unknown): Error {
  const problems = (cause as Partial<BuildFailure>).errors;
  if (!problems?.length) return cause instanceof Error ? cause : new Error(String(cause));
  const lines = problems.map(({ text, location }) => (location ? `${location.file}:${location.line}:${location.column}: ${text}` : text));
  return new Error(lines.join('\n'), { cause });
}
