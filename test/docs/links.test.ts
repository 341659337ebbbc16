// Links between documents lead to files and headings that exist.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const FILES = ['README.md', 'CONTRIBUTING.md', ...globSync(['docs/**/*.md', 'examples/*/README.md'])];

/** The anchors that GitHub gives to the headings of a document. */
function anchors(file: string): string[] {
  return Array.from(readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm), ([, title]) =>
    (title as string)
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
}

/** Each link of a document to a file or heading of the repository. */
function links(file: string): { target: string; heading: string | undefined }[] {
  return Array.from(readFileSync(file, 'utf8').matchAll(/\]\((?!http)([^)#]*)(?:#([^)]+))?\)/g), ([, path, heading]) => ({
    target: path === '' ? file : join(dirname(file), path as string),
    heading,
  }));
}

describe('links', () => {
  it.each(FILES)('of %s lead to files and headings that exist', (file) => {
    for (const { target, heading } of links(file)) {
      expect(existsSync(target), target).toBe(true);
      if (heading !== undefined) expect(anchors(target)).toContain(heading);
    }
  });

  it('of the glossary name files that exist', () => {
    const paths = Array.from(readFileSync('docs/glossary.md', 'utf8').matchAll(/`((?:lib|docs)\/[^`]+)`/g), ([, path]) => path as string);
    expect(paths.length).toBeGreaterThan(40);
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('of the README lead to every guide', () => {
    const targets = links('README.md').map(({ target }) => target);
    for (const guide of globSync('docs/*.md')) expect(targets).toContain(guide);
  });
});
