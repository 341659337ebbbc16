import { createRequire } from 'node:module';

/** The used part of classic-level: LevelDB as a native module with prebuilt binaries for all common systems. */
interface ClassicLevel {
  open(): Promise<void>;
  close(): Promise<void>;
  get(key: Bytes): Promise<Buffer | undefined>;
  put(key: Bytes, value: Bytes): Promise<void>;
  del(key: Bytes): Promise<void>;
  batch(operations: readonly object[]): Promise<void>;
  iterator(range: object): ClassicIterator;
}

interface ClassicIterator {
  nextv(size: number): Promise<[Buffer, Buffer][]>;
  seek(target: Bytes): void;
  close(): Promise<void>;
}

/** The used part of abstract-leveldown: the older store interface that kinesalite uses. */
interface AbstractStore {
  readonly AbstractLevelDOWN: new () => object;
  readonly AbstractIterator: new (store: object) => object;
}

type Bytes = string | Buffer;
type Done = (error?: Error | null, value?: Bytes) => void;
type Moved = (error?: Error | null, key?: Bytes, value?: Bytes) => void;

// Resolved through the packages that depend on them, wherever npm has installed those.
const { resolve } = createRequire(import.meta.url);
const { AbstractLevelDOWN, AbstractIterator } = createRequire(createRequire(resolve('kinesalite')).resolve('memdown'))(
  'abstract-leveldown',
) as AbstractStore;
const { ClassicLevel } = createRequire(createRequire(resolve('dynalite')).resolve('level'))('classic-level') as {
  ClassicLevel: new (path: string, options: object) => ClassicLevel;
};

const READ_AHEAD = 100;

/**
 * A LevelDB in a directory behind the older interface that kinesalite uses. kinesalite's own leveldown has no binary for
 * Apple silicon; classic-level, which dynalite uses, has one.
 */
export class LevelStore extends AbstractLevelDOWN {
  readonly #level: ClassicLevel;

  constructor(path: string) {
    super();
    this.#level = new ClassicLevel(path, { keyEncoding: 'buffer', valueEncoding: 'buffer' });
  }

  _open(_options: object, done: Done): void {
    settle(this.#level.open(), done);
  }

  _close(done: Done): void {
    settle(this.#level.close(), done);
  }

  _get(key: Bytes, { asBuffer }: { asBuffer: boolean }, done: Done): void {
    this.#level.get(key).then(
      (value) => setImmediate(done, value ? null : new Error('NotFound'), value && as(value, asBuffer)),
      (error) => setImmediate(done, error),
    );
  }

  _put(key: Bytes, value: Bytes, _options: object, done: Done): void {
    settle(this.#level.put(key, value), done);
  }

  _del(key: Bytes, _options: object, done: Done): void {
    settle(this.#level.del(key), done);
  }

  _batch(operations: readonly object[], _options: object, done: Done): void {
    settle(this.#level.batch(operations), done);
  }

  _iterator(range: Range): LevelIterator {
    const { keyAsBuffer, valueAsBuffer, gt, gte, lt, lte, reverse, limit } = range;
    const bounds = Object.entries({ gt, gte, lt, lte, reverse, limit }).filter(([, value]) => value !== undefined);
    return new LevelIterator(this, this.#level.iterator(Object.fromEntries(bounds)), keyAsBuffer, valueAsBuffer);
  }
}

interface Range {
  readonly keyAsBuffer: boolean;
  readonly valueAsBuffer: boolean;
  readonly gt?: Bytes;
  readonly gte?: Bytes;
  readonly lt?: Bytes;
  readonly lte?: Bytes;
  readonly reverse?: boolean;
  readonly limit?: number;
}

class LevelIterator extends AbstractIterator {
  readonly #iterator: ClassicIterator;
  readonly #keyAsBuffer: boolean;
  readonly #valueAsBuffer: boolean;
  #read: [Buffer, Buffer][] = [];

  constructor(store: object, iterator: ClassicIterator, keyAsBuffer: boolean, valueAsBuffer: boolean) {
    super(store);
    this.#iterator = iterator;
    this.#keyAsBuffer = keyAsBuffer;
    this.#valueAsBuffer = valueAsBuffer;
  }

  _next(moved: Moved): void {
    // Yielding once per read gives other work a turn. The callback must not run before this function returns.
    if (this.#read.length > 0) {
      process.nextTick(() => this.#give(moved));
      return;
    }
    this.#iterator.nextv(READ_AHEAD).then(
      (entries) => {
        this.#read = entries.reverse();
        setImmediate(() => this.#give(moved));
      },
      (error) => setImmediate(moved, error),
    );
  }

  _seek(target: Bytes): void {
    this.#read = [];
    this.#iterator.seek(target);
  }

  _end(done: Done): void {
    settle(this.#iterator.close(), done);
  }

  #give(moved: Moved): void {
    const entry = this.#read.pop();
    if (entry) moved(null, as(entry[0], this.#keyAsBuffer), as(entry[1], this.#valueAsBuffer));
    else moved();
  }
}

/** Calls back outside of the promise, so that an error of the callback does not reject it. */
function settle(work: Promise<void>, done: Done): void {
  work.then(
    () => setImmediate(done, null),
    (error) => setImmediate(done, error),
  );
}

function as(value: Buffer, asBuffer: boolean): Bytes {
  return asBuffer ? value : value.toString();
}
