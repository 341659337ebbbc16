import { createRequire } from 'node:module';
import dynalite from 'dynalite';

/** The used part of abstract-level's iterators, of which dynalite creates one per query. */
interface LevelIterator {
  close(): Promise<void>;
  return?(): Promise<void>;
}

const fromDynalite = createRequire(createRequire(import.meta.url).resolve('dynalite'));
const { AbstractKeyIterator, AbstractValueIterator } = createRequire(fromDynalite.resolve('level'))('abstract-level') as {
  readonly AbstractKeyIterator: { readonly prototype: LevelIterator };
  readonly AbstractValueIterator: { readonly prototype: LevelIterator };
};

// dynalite releases an iterator with `return`, which abstract-level's iterators do not have; they have `close`. So each query kept its
// // results, and a snapshot of the store, for ever.
for (const { prototype } of [AbstractKeyIterator, AbstractValueIterator]) {
  prototype.return ??= function (this: LevelIterator) {
    return this.close();
  };
}

/** Creates a server for DynamoDB's protocol: dynalite's own, with queries that release their iterators. */
export const createDynalite = dynalite;
