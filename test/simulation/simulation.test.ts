import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCampaign } from '../../lib/testing/simulator/campaign.ts';
import { drawScenario } from '../../lib/testing/simulator/scenario/draw-scenario.ts';
import type { Scenario } from '../../lib/testing/simulator/scenario/scenario.ts';
import { simulate } from '../../lib/testing/simulator/simulation.ts';

const FOLDER = join(import.meta.dirname, 'regressions');
const REGRESSIONS = readdirSync(FOLDER).map(
  (name) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as { readonly what: string; readonly scenario: Scenario },
);

describe('whatever fails', () => {
  it('every view is the fold of what was committed, nothing is late by mistake, and all becomes final', async () => {
    const { failures, ran } = await runCampaign({ from: 1, seeds: 10 });
    expect(Object.fromEntries(failures)).toEqual({});
    expect(ran).toBe(10);
  });

  // Kept as what happened, not as a seed: what is drawn of a seed changes when more is drawn. A test of its own says the same more closely.
  it.each(REGRESSIONS)('stays mended: $what', async ({ scenario }) => {
    expect(Object.fromEntries((await simulate(scenario)).violations)).toEqual({});
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
