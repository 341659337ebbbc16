import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';

interface Line {
  readonly sample?: { readonly rss: number; readonly entries: number; readonly mostUncovered: number };
  readonly outcome?: {
    readonly failures: readonly string[];
    readonly produced: { readonly acknowledged: number };
    readonly truth: { readonly records: number };
  };
}

async function soak(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, ['soak/main.ts', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  const [code] = await once(child, 'close');
  return { code: code as number, ...said };
}

describe('npm run soak', () => {
  it('loses nothing and counts nothing twice through kill -9 and resharding', { timeout: 300_000 }, async () => {
    const load = ['--minutes', '0.6', '--rate', '200', '--kill-every', '10', '--reshard-every', '12'];
    const { code, out, err } = await soak(...load, '--json');
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    const outcome = lines.at(-1)?.outcome;
    expect(outcome?.failures, err).toEqual([]);
    expect(code).toBe(0);
    expect(outcome?.truth.records).toBeGreaterThanOrEqual(outcome?.produced.acknowledged as number);
    expect(outcome?.produced.acknowledged).toBeGreaterThan(0);
    expect(err.match(/killed and started again/g)?.length).toBeGreaterThanOrEqual(1);
    expect(err.match(/ split| merged/g)?.length).toBeGreaterThanOrEqual(1);
    const samples = lines.flatMap(({ sample }) => sample ?? []);
    expect(samples.length).toBeGreaterThan(0);
    for (const { rss, entries, mostUncovered } of samples) expect(Math.min(rss, entries, mostUncovered)).toBeGreaterThan(0);
  });

  it('says what is wrong with its options', async () => {
    expect(await soak('--rate', 'fast')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/--rate takes a number above zero, not fast/),
    });
    expect(await soak('--days', '1')).toMatchObject({ code: 2, err: expect.stringContaining('npm run soak -- [options]') });
  });
});
