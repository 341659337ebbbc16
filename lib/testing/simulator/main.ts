import { parseArgs } from 'node:util';
import { ENOUGH, runCampaign, tooSeldom } from './campaign.ts';
import { campaignText, scenarioText } from './report.ts';
import { drawScenario } from './scenario/draw-scenario.ts';
import { shrink } from './shrink.ts';
import { simulate } from './simulation.ts';

const HELP = `npm run simulate -- [--seeds N | --minutes M | --seed N] [--json]

  --seeds N     so many seeds, each a run of its own (default 100); the first that fails is shrunk and shown
  --minutes M   seeds for so long
  --from N      the first seed (default 1)
  --enough N    stop after so many failing seeds
  --seed N      one seed: all that happens in it; when it fails, in the least scenario that still does
  --json        one line of JSON instead of text, and nothing shrunk`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    minutes: { type: 'string' },
    from: { type: 'string', default: '1' },
    enough: { type: 'string', default: 'Infinity' },
    seed: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.error(HELP);
else process.exitCode = values.seed === undefined ? await many() : await one(Number(values.seed));

async function many(): Promise<number> {
  const { minutes, seeds = minutes === undefined ? '100' : 'Infinity' } = values;
  const most = minutes === undefined ? Number.POSITIVE_INFINITY : Number(minutes) * 60_000;
  const campaign = await runCampaign({ from: Number(values.from), seeds: Number(seeds), most, enough: Number(values.enough) });
  const [failed] = campaign.failures.keys();
  if (values.json) {
    const { failures, histogram, ...rest } = campaign;
    const list = Array.from(failures, ([seed, violations]) => ({ seed, violations: Object.fromEntries(violations) }));
    console.log(JSON.stringify({ ...rest, failures: list, histogram: Object.fromEntries(histogram) }));
  } else {
    console.log(campaignText(campaign));
    if (failed !== undefined) await one(failed);
  }
  return failed !== undefined || (campaign.ran >= ENOUGH.seeds && tooSeldom(campaign).length > 0) ? 1 : 0;
}

async function one(seed: number): Promise<number> {
  const scenario = drawScenario(seed);
  const { violations } = await simulate(scenario);
  console.log(await scenarioText(violations.size > 0 ? await shrink(scenario) : scenario));
  return violations.size > 0 ? 1 : 0;
}
