import { parseArgs } from 'node:util';
import { type Campaign, ENOUGH, runCampaign, tooSeldom } from './campaign.ts';
import { FAULTS } from './faults.ts';
import { drawScenario } from './scenario/draw-scenario.ts';
import { simulate } from './simulation.ts';

const HELP = `npm run simulate -- [--seeds N | --minutes M | --seed N] [--json]

  --seeds N     so many seeds, each a run of its own (default 100)
  --minutes M   seeds for so long
  --from N      the first seed (default 1)
  --seed N      one seed, with a timeline of all that happens
  --enough N    stop after so many failing seeds
  --json        one line of JSON instead of text`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    minutes: { type: 'string' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    enough: { type: 'string', default: 'Infinity' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.error(HELP);
else if (values.seed !== undefined) process.exitCode = await replay(Number(values.seed));
else {
  const most = values.minutes === undefined ? Number.POSITIVE_INFINITY : Number(values.minutes) * 60_000;
  const seeds = values.seeds === undefined ? (values.minutes === undefined ? 100 : Number.POSITIVE_INFINITY) : Number(values.seeds);
  const campaign = await runCampaign({ from: Number(values.from), seeds, most, enough: Number(values.enough) });
  if (values.json) {
    const { failures, histogram, ...rest } = campaign;
    const failed = Array.from(failures, ([seed, violations]) => ({ seed, violations: Object.fromEntries(violations) }));
    console.log(JSON.stringify({ ...rest, failures: failed, histogram: Object.fromEntries(histogram) }));
  } else print(campaign);
  process.exitCode = campaign.failures.size > 0 || (campaign.ran >= ENOUGH.seeds && tooSeldom(campaign).length > 0) ? 1 : 0;
}

async function replay(seed: number): Promise<number> {
  const { violations } = await simulate(drawScenario(seed), console.log);
  for (const [kind, text] of violations) console.log(`seed ${seed}: ${kind}: ${text}`);
  if (violations.size === 0) console.log(`seed ${seed}: nothing wrong`);
  return violations.size > 0 ? 1 : 0;
}

function print(campaign: Campaign): void {
  for (const [seed, violations] of campaign.failures) {
    for (const [kind, text] of violations) console.log(`seed ${seed}: ${kind}: ${text}`);
  }
  const seldom = new Set(campaign.ran >= ENOUGH.seeds ? tooSeldom(campaign) : []);
  for (const [kind, count] of campaign.histogram) {
    console.log(`${String(count).padStart(8)}  ${kind.padEnd(20)} ${FAULTS[kind]}${seldom.has(kind) ? '  TOO SELDOM' : ''}`);
  }
  const { ran, events, hours, failures } = campaign;
  console.log(`${ran} seeds, ${events} events, ${Math.round(hours)} hours of virtual time: ${failures.size} failed`);
}
