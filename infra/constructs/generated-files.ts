import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

/** Of this process, so that no other one that bundles the same at the same time takes its files away. */
const DIRECTORY = join(realpathSync(tmpdir()), `millrace-${randomUUID()}`);

/** Files that are written for a bundle: they are there while it is made, and gone afterwards. */
export class GeneratedFiles {
  readonly #contents = new Map<string, string>();

  /** @returns the absolute path that a file has while {@link whileThere} runs: the same one for the same contents */
  add(name: string, contents: string): string {
    const path = join(DIRECTORY, createHash('sha256').update(contents).digest('hex').slice(0, 16), name);
    this.#contents.set(path, contents);
    return path;
  }

  /** Runs something that needs the files. */
  whileThere<T>(work: () => T): T {
    try {
      for (const [path, contents] of this.#contents) {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, contents);
      }
      return work();
    } finally {
      rmSync(DIRECTORY, { recursive: true, force: true });
    }
  }

  /** A text of a bundle in which the files are named alike, wherever and by whichever process it was made. */
  static stable(text: string, from: string): string {
    return text.replaceAll(relative(from, DIRECTORY).replaceAll('\\', '/'), 'generated');
  }
}
