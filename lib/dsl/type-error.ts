declare const message: unique symbol;

/**
 * What the compiler shows in the place of a type that something mistaken would have to be: it says in words what is wrong. No value has it.
 *
 * @typeParam Message what is wrong and what can be written instead
 * @see the idea: Kysely's `KyselyTypeError`
 */
export interface MillraceTypeError<Message extends string> {
  readonly [message]: Message;
}

/** Names as a message lists them: `"a" | "b"` is `"a, b"`. */
export type Listed<Names extends string, Text extends string = ''> = [Names] extends [never]
  ? Text
  : LastOf<Names> extends infer Last extends string
    ? Listed<Exclude<Names, Last>, Text extends '' ? Last : `${Last}, ${Text}`>
    : never;

/** One member of a union: an intersection of functions is called as its last one. */
type LastOf<Names> = (Names extends unknown ? (take: (name: Names) => void) => void : never) extends (take: infer Takes) => void
  ? Takes extends (name: infer Last) => void
    ? Last
    : never
  : never;
