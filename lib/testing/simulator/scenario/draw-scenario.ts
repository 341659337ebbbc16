import { drawApplication } from '../application/draw-application.ts';
import { type Dice, diceFor } from '../dice.ts';
import type { FaultKind, FaultRates } from '../faults.ts';
import { drawAggregation } from './draw-aggregation.ts';
import { drawClockSkew } from './draw-clock-skew.ts';
import { drawDuplicates } from './draw-duplicates.ts';
import { drawEvents } from './draw-events.ts';
import type { Action, Scenario } from './scenario.ts';

const SECOND = 1000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const KB = 1024;

/** The maximum probability of each fault per occasion. */
const MOST: FaultRates = {
  killed: 0.01,
  frozen: 0.02,
  'thawed write': 0.5,
  'cold start': 0.3,
  'invocation lost': 0.1,
  'request lost': 0.03,
  'request delayed': 0.03,
  'answer lost': 0.05,
  throttled: 0.1,
  'server error': 0.05,
  'error after effect': 0.05,
  'items unprocessed': 0.3,
  'stale read': 1,
  'iterator expired': 0.1,
  'read limit': 0.1,
  'empty answer': 0.3,
  'producer retry': 0.1,
  'duplicate invocation': 0.2,
  redelivery: 0.1,
  'tick missed': 0.2,
  'tick twice': 0.2,
};

/** Which of every sixteen seeds have a required property. */
const ALWAYS_IN: { readonly [seed: number]: Scenario['kind'] } = {
  0: 'backlog',
  1: 'poison',
  2: 'bad deploy',
  9: 'poison',
  10: 'bad deploy',
};

/** The scenario of a seed. */
export function drawScenario(seed: number): Scenario {
  const dice = diceFor(seed, 'scenario');
  const kind = ALWAYS_IN[seed % 16] ?? 'any';
  const application = drawApplication(dice);
  const actions = [...drawTraffic(dice, kind, application), ...drawTrouble(dice, kind)].sort((a, b) => a.at - b.at);
  const scenario: Scenario = {
    seed,
    kind,
    application,
    shards: kind === 'bad deploy' ? 1 : dice.pick([1, 2, 3]),
    // Numbers of 55 digits come before those of 56, whatever their texts say.
    firstSequence: dice.uniform() < 0.3 ? String(10n ** 55n - BigInt(1 + dice.integer(200))) : `4966${'0'.repeat(52)}`,
    batchSize: kind === 'bad deploy' ? dice.pick([100, 150, 400]) : dice.pick([1, 2, 5, 10, 100]),
    batchWindow: kind === 'bad deploy' ? 70 * SECOND : dice.pick([0, 0, 2, 20]) * SECOND,
    tickEvery: kind === 'backlog' ? MINUTE : dice.pick([20, 60]) * SECOND,
    followEvery: dice.pick([0, 1, 1, 1]) * SECOND,
    cacheBytes: dice.pick([1, 20_000, 256 * KB * KB, 256 * KB * KB]),
    limits: {
      logTtl: dice.pick([20, 60]) * MINUTE,
      checkpointBytes: dice.pick([1, 2 * KB, 128 * KB]),
      checkpointEntries: dice.pick([3, 8, 500]),
      bucketBytes: dice.pick([200, KB, 64 * KB]),
      pageBytes: dice.pick([100, 300, 16 * KB]),
    },
    pieceBytes: dice.pick([200, 600, 350 * KB]),
    answerBytes: dice.pick([2 * KB, KB * KB]),
    retention: dice.uniform() < 0.3 ? 5 * MINUTE : undefined,
    clients: dice.integer(3),
    rates: drawRates(dice),
    actions,
  };
  return drawClockSkew(drawAggregation(drawDuplicates(scenario)));
}

function drawTraffic(dice: Dice, kind: Scenario['kind'], application: Scenario['application']): Action[] {
  const bad = dice.pick([0, 0, 0.05]);
  if (kind === 'backlog')
    return drawEvents(dice, application, { events: 150, every: 60 * SECOND, bad, poison: 0, late: dice.uniform() < 0.5 });
  if (kind === 'bad deploy') return drawEvents(dice, application, { events: 260, every: 1.5 * SECOND, bad: 0, poison: 0, late: false });
  const poison = kind === 'poison' ? 1 + dice.integer(3) : 0;
  return drawEvents(dice, application, {
    events: 20 + dice.integer(70),
    every: dice.pick([1, 4, 12]) * SECOND,
    bad,
    poison,
    late: dice.uniform() < 0.8,
  });
}

function drawTrouble(dice: Dice, kind: Scenario['kind']): Action[] {
  const actions: Action[] = [];
  if (kind === 'backlog') actions.push({ at: 10 * MINUTE, do: 'outage', of: 'aggregate', for: 2 * HOUR });
  if (kind === 'bad deploy') {
    const broken = dice.pick(['every event', 'every event', 'start'] as const);
    actions.push({ at: 2 * MINUTE, do: 'deploy', version: 'v2', broken }, { at: 5 * MINUTE, do: 'deploy', version: 'v3', broken: 'no' });
  }
  let at = 0;
  for (let left = dice.integer(6); left > 0; left--) {
    at += dice.integer(4 * MINUTE);
    const what = dice.pick(['reshard', 'outage', 'deploy'], [6, 2, kind === 'bad deploy' ? 0 : 1]);
    if (what === 'reshard')
      actions.push({ at, do: 'reshard', how: dice.pick(['split', 'split', 'merge', 'double']), which: dice.uniform() });
    else if (what === 'deploy') actions.push({ at, do: 'deploy', version: `v${actions.length + 2}`, broken: 'no' });
    else {
      const of = dice.pick(['aggregate', 'merge', 'kinesis', 'dynamodb'] as const);
      actions.push({ at, do: 'outage', of, for: dice.integer(2 * MINUTE) });
    }
  }
  return actions;
}

/** Some kinds not at all, the others more or less. */
function drawRates(dice: Dice): FaultRates {
  const rates: { [kind in FaultKind]?: number } = {};
  for (const [kind, most] of Object.entries(MOST) as [FaultKind, number][]) {
    // Stale reads and frozen writes find nothing if they are rare.
    const rate = most * dice.uniform() ** (most >= 0.5 ? 1 : 3);
    if (dice.uniform() < 0.6) rates[kind] = rate;
  }
  return rates;
}
