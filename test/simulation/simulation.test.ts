import { describe, expect, it } from 'vitest';
import { runCampaign } from '../../lib/testing/simulator/campaign.ts';
import { drawScenario } from '../../lib/testing/simulator/scenario/draw-scenario.ts';
import { simulate } from '../../lib/testing/simulator/simulation.ts';

describe('whatever fails', () => {
  it('every view is the fold of what was committed, nothing is late by mistake, and all becomes final', async () => {
    const { failures, ran } = await runCampaign({ from: 1, seeds: 80 });
    expect(Object.fromEntries(failures)).toEqual({});
    expect(ran).toBe(80);
  }, 600_000);

  // What it was; a test of its own says the same more closely.
  it.each([
    [704, 'pieces of a bucket that may go went before it: a reader that had found the bucket called its checkpoint corrupt'],
    [7765, 'a shard that never had an event had no clock, and what its parents held before it waited for ever'],
  ])('seed %i stays mended: %s', async (seed) => {
    expect(Object.fromEntries((await simulate(drawScenario(seed))).violations)).toEqual({});
  });
});

describe('a seed', () => {
  it.each([1, 2, 3])('does the same every time: %i', async (seed) => {
    const timeline = async (): Promise<string[]> => {
      const lines: string[] = [];
      await simulate(drawScenario(seed), (line) => lines.push(line));
      return lines;
    };
    const first = await timeline();
    expect(first.length).toBeGreaterThan(20);
    expect(await timeline()).toEqual(first);
  });
});
