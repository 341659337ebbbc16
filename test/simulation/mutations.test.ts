import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MUTATIONS } from '../../scripts/mutations/all.ts';

describe('every mutation', () => {
  it('has a name of its own, and there are enough', () => {
    expect(new Set(MUTATIONS.map(({ name }) => name)).size).toBe(MUTATIONS.length);
    expect(MUTATIONS.length).toBeGreaterThanOrEqual(30);
  });

  it.each(MUTATIONS.map((mutation) => [mutation.name, mutation] as const))('%s still has a place to break', (_, { edits, test }) => {
    const texts = new Map<string, string>();
    for (const { file, find, put } of edits) {
      const text = texts.get(file) ?? readFileSync(file, 'utf8');
      expect(text.split(find).length - 1, `${file} holds: ${find}`).toBe(1);
      texts.set(
        file,
        text.replace(find, () => put),
      );
    }
    if (test !== undefined) expect(existsSync(test), test).toBe(true);
  });
});
