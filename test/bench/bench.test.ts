import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

function bench(...args: string[]) {
  return spawnSync(process.execPath, ['bench/main.ts', ...args], { encoding: 'utf8' });
}

describe('npm run bench', () => {
  it('engine: three handlers that compute the same, in events per second', () => {
    const { status, stdout, stderr } = bench('engine', '--json', '--events', '20000', '--rounds', '1');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const { results } = JSON.parse(stdout) as { results: Record<string, number | string>[] };
    expect(results.map(({ validation, batch }) => [validation, batch])).toEqual([
      ['columns', 1000],
      ['columns', 10_000],
      ['zod', 1000],
      ['zod', 10_000],
    ]);
    for (const { millrace, plain, bound, ofBound } of results) {
      expect(Math.min(millrace as number, plain as number, bound as number)).toBeGreaterThan(1000);
      // Cold, and on a machine that does other things: only a tenth would mean something is broken.
      expect(ofBound).toBeGreaterThan(0.1);
    }
  });

  it('cost: fewer units the larger the batch, far below one write an event', () => {
    const { status, stdout } = bench('cost', '--json', '--events', '50000');
    expect(status).toBe(0);
    const { results } = JSON.parse(stdout) as { results: { writes: number; requests: number }[] };
    const writes = results.map((result) => result.writes);
    expect(writes).toEqual(writes.toSorted((a, b) => b - a));
    expect(writes[0]).toBeLessThan(100_000);
  });

  it.each([[[]], [['memory']]])('%j prints what there is', (args) => {
    const { status, stderr } = bench(...args);
    expect(status).toBe(2);
    expect(stderr).toContain('npm run bench -- NAME');
  });
});
