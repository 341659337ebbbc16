import { expect, it } from 'vitest';
import { runCampaign } from '../../lib/testing/simulator/campaign.ts';

// simulation.test.ts has those before.
it.each([11, 21, 31, 41, 51, 61, 71])('nothing is lost, late by mistake, doubled or never final in the ten seeds from %i', async (from) => {
  const { failures, ran } = await runCampaign({ from, seeds: 10 });
  expect(Object.fromEntries(failures)).toEqual({});
  expect(ran).toBe(10);
});
