// What the functions of a definition keep of what they are given, for `compile` to check and turn into a plan.

/** A stream as written: `compile` reads it, and nothing of it is known to be right. */
export interface StreamDefinition {
  readonly kind: 'stream';
  readonly name: unknown;
  readonly schema: unknown;
  readonly columns: unknown;
  readonly eventTime: unknown;
  readonly maxOutOfOrderness: unknown;
  readonly maxAhead: unknown;
  readonly idleTimeout: unknown;
  readonly partitionKey: unknown;
  readonly aggregation: unknown;
  /** the names of everything given, to find those that are no option */
  readonly given: readonly string[];
}

/** A stream and what happens to its events, as written; `compile` checks it. */
export interface FlowDefinition {
  readonly stream: StreamDefinition;
  readonly transforms: readonly TransformDefinition[];
}

export type TransformDefinition =
  | { readonly kind: 'filter'; readonly predicate: unknown }
  | { readonly kind: 'map'; readonly map: unknown; readonly columns: unknown };

/** A view's definition without its name. */
export interface AggregatedDefinition extends FlowDefinition {
  readonly key: readonly unknown[];
  readonly window: unknown;
  readonly options: unknown;
  /** gives the result columns from the built-in aggregates */
  readonly build: unknown;
}

/** An aggregate as written in a definition; `compile` checks it. */
export type AggregateDefinition =
  | { readonly kind: 'builtin'; readonly name: BuiltinName; readonly column?: string; readonly q?: number }
  | { readonly kind: 'user'; readonly accumulator: UserAccumulator; readonly columns: readonly string[] }
  | { readonly kind: 'filter'; readonly predicate: (event: never) => boolean; readonly aggregate: AggregateDefinition };

export type BuiltinName =
  | 'count'
  | 'sum'
  | 'avg'
  | 'min'
  | 'max'
  | 'first'
  | 'last'
  | 'varSamp'
  | 'varPop'
  | 'stddevSamp'
  | 'stddevPop'
  | 'approxCountDistinct'
  | 'approxQuantile';

/** A user's accumulator as written. */
export interface UserAccumulator {
  readonly name: string;
  readonly create: () => unknown;
  readonly add: (state: unknown, ...values: unknown[]) => unknown;
  readonly merge: (into: unknown, from: unknown) => unknown;
  readonly result: (state: unknown) => unknown;
  readonly type?: unknown;
}

/** Whether two definitions, possibly of two calls of `stream`, say the same. */
export function sameStream(a: StreamDefinition, b: StreamDefinition): boolean {
  const { columns: ofA, ...restA } = a;
  const { columns: ofB, ...restB } = b;
  const names = Object.keys(restA).filter((name) => name !== 'given') as (keyof typeof restA)[];
  return names.every((name) => Object.is(restA[name], restB[name])) && (ofA === ofB || JSON.stringify(ofA) === JSON.stringify(ofB));
}
