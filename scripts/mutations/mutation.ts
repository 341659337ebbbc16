/** One way to break the code. */
export interface Mutation {
  readonly name: string;
  /** the wrong behaviour, as a statement that breaks a rule */
  readonly what: string;
  /** texts to replace, each of which must be in its file exactly once */
  readonly edits: readonly { readonly file: string; readonly find: string; readonly put: string }[];
  /** the test file that must catch it, if the simulator cannot or rarely does */
  readonly test?: string;
}

/** A mutation of one place. */
export function mutation(name: string, what: string, file: string, find: string, put: string, test?: string): Mutation {
  return { name, what, edits: [{ file, find, put }], ...(test !== undefined && { test }) };
}
