/** One way to break the code. */
export interface Mutation {
  readonly name: string;
  /** the rule that it breaks, as the wrong reading of it */
  readonly what: string;
  /** texts to replace, each of which must be in its file exactly once */
  readonly edits: readonly { readonly file: string; readonly find: string; readonly put: string }[];
  /** the test file that must catch it, where the simulator cannot or only seldom does */
  readonly test?: string;
}

/** A mutation of one place. */
export function mutation(name: string, what: string, file: string, find: string, put: string, test?: string): Mutation {
  return { name, what, edits: [{ file, find, put }], ...(test !== undefined && { test }) };
}
