/** The first Node with zstd in `node:zlib` and TypeScript without a flag. */
const LEAST = { major: 22, minor: 18 };

/**
 * Why `millrace` cannot run on a version of Node; `undefined` if it can.
 *
 * @param version as in `process.versions.node`
 * @example
 * ```ts
 * nodeVersionProblem('20.20.2'); // 'millrace needs Node 22.18 or later (AWS runs 24); this is Node 20.20.2'
 * ```
 */
export function nodeVersionProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > LEAST.major || (major === LEAST.major && minor >= LEAST.minor)) return undefined;
  return `millrace needs Node ${LEAST.major}.${LEAST.minor} or later (AWS runs 24); this is Node ${version}`;
}
