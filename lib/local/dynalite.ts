import { createRequire } from 'node:module';
import dynalite from 'dynalite';

/** What is used of abstract-level's iterators, of which dynalite makes one for each query. */
interface LevelIterator {
  close(): Promise<void>;
  return?(): Promise<void>;
}

const fromDynalite = createRequire(createRequire(import.meta.url).resolve('dynalite'));
const { AbstractKeyIterator, AbstractValueIterator } = createRequire(fromDynalite.resolve('level'))('abstract-level') as {
  readonly AbstractKeyIterator: { readonly prototype: LevelIterator };
  readonly AbstractValueIterator: { readonly prototype: LevelIterator };
};

// dynalite lets go of an iterator by `return`, which abstract-level's have not, so that each query kept what it had read, and a
// snapshot of the store, for ever. They have `close`.
for (const { prototype } of [AbstractKeyIterator, AbstractValueIterator]) {
  prototype.return ??= function (this: LevelIterator) {
    return this.close();
  };
}

/** Makes a server that speaks DynamoDB's protocol: dynalite's own, whose queries let go of what they have read. */
export const createDynalite = dynalite;
