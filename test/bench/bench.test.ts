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
      expect(Math.min(millrace as number, plain as number, bound as number)).toBeGreaterThan(0);
      expect(ofBound).toBeGreaterThan(0);
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

  it('scale: what ticks and merges ask for, by number of shards', () => {
    const { status, stdout, stderr } = bench('scale', '--json', '--shards', '1,3', '--keys', '5');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const { results } = JSON.parse(stdout) as { results: { shards: number; windowPasses: Record<string, number> }[] };
    expect(results.map(({ shards }) => shards)).toEqual([1, 3]);
    for (const { windowPasses } of results) {
      // A row of each key, the window's page and the window itself.
      expect(windowPasses.writes).toBeGreaterThanOrEqual(7);
      expect(windowPasses.requests).toBeGreaterThan(3);
    }
  });

  it('scale: refuses a number of shards that is none', () => {
    const { status, stderr } = bench('scale', '--shards', '1,many');
    expect(status).toBe(2);
    expect(stderr).toContain('--shards');
  });

  it.each([[[]], [['memory']]])('%j prints what there is', (args) => {
    const { status, stderr } = bench(...args);
    expect(status).toBe(2);
    expect(stderr).toContain('npm run bench -- NAME');
  });
});
