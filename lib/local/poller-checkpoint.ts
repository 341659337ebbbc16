import { readFile, rename, writeFile } from 'node:fs/promises';

/** The position of a shard that was processed to its end. */
export const SHARD_END = 'SHARD_END';

/** Minimum interval between writes of positions, in milliseconds. */
const WRITE_EVERY = 500;

/**
 * How far each shard was taken, as Lambda remembers it for an event source mapping. What is lost with a process that ends
 * hard is only delivered again.
 */
export class PollerCheckpoint {
  readonly #file: string | undefined;
  readonly #positions: Map<string, string>;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: string | undefined, positions: Map<string, string>) {
    this.#file = file;
    this.#positions = positions;
  }

  /**
   * Reads positions kept before; a file that is missing or damaged counts as none.
   *
   * @param file where they are kept; without, in memory
   */
  static async open(file: string | undefined): Promise<PollerCheckpoint> {
    if (file === undefined) return new PollerCheckpoint(undefined, new Map());
    try {
      const kept = JSON.parse(await readFile(file, 'utf8')) as Record<string, string>;
      return new PollerCheckpoint(file, new Map(Object.entries(kept).filter(([, position]) => typeof position === 'string')));
    } catch {
      return new PollerCheckpoint(file, new Map());
    }
  }

  /** The last processed sequence number of a shard, {@link SHARD_END}, or `undefined`. */
  get(stream: string, shard: string): string | undefined {
    return this.#positions.get(`${stream}/${shard}`);
  }

  set(stream: string, shard: string, position: string): void {
    this.#positions.set(`${stream}/${shard}`, position);
    this.#timer ??= setTimeout(() => this.flush().catch(() => {}), WRITE_EVERY);
  }

  /** Writes positions that are not written yet. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.catch(() => {}).then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    if (this.#file === undefined) return;
    // A rename replaces the file atomically, so a partial file is never read.
    const next = `${this.#file}.next`;
    await writeFile(next, `${JSON.stringify(Object.fromEntries(this.#positions), null, 2)}\n`);
    await rename(next, this.#file);
  }
}
