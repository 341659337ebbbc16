import { type Dice, diceFor } from '../dice.ts';
import type { Payload } from '../oracle/spec.ts';
import type { Action, Content, Put, Scenario } from './scenario.ts';

const SECOND = 1000;
const MINUTE = 60_000;

/**
 * Lets the streams of some seeds leave out duplicates: their producers put records again much later, use ids again, and put some records
 * under a wrong partition key, or into a shard that is not that of their key.
 */
export function drawDuplicates(scenario: Scenario): Scenario {
  const dice = diceFor(scenario.seed, 'duplicates');
  // Whether an event ends the process depends on whether it is processed, so on what is a duplicate.
  if (scenario.kind === 'poison' || dice.uniform() >= 0.5) return scenario;
  const within = dice.pick([5 * SECOND, 30 * SECOND, 5 * MINUTE, 60 * MINUTE]);
  const dedupe = { within, maxIds: dice.pick([1_000_000, 1_000_000, 1_000_000, 5, 20]) };
  const last = Math.max(0, ...scenario.actions.map(({ at }) => at));
  const actions = scenario.actions.flatMap((action) => (action.do === 'put' ? producedOf(dice, action, within, last) : [action]));
  return {
    ...scenario,
    application: { ...scenario.application, partitionKey: 'k', dedupe },
    actions: actions.sort((a, b) => a.at - b.at),
  };
}

/** What becomes of a record: itself under the key of its events, and perhaps more. */
function producedOf(dice: Dice, put: Put, within: number, last: number): Action[] {
  const events = put.holds.filter((content): content is Payload => typeof content !== 'string');
  const own: Put = { ...put, partitionKey: events[0]?.k ?? put.partitionKey };
  const chance = dice.uniform();
  if (chance < 0.02) return [{ ...own, partitionKey: dice.pick(['a', 'b', 'z']) }];
  if (chance < 0.04) return [{ ...own, hashOf: String(dice.integer(50)) }];
  if (chance < 0.16) {
    const after = dice.pick([2 * SECOND, within / 2, within, 2 * within]) * dice.uniform();
    return [own, { ...own, at: Math.min(put.at + Math.ceil(after), last) }];
  }
  if (chance < 0.2)
    return [own, { ...own, at: Math.min(put.at + SECOND, last), holds: own.holds.map((content) => reused(dice, content, within)) }];
  return [own];
}

/** Another event with the same id. */
function reused(dice: Dice, content: Content, within: number): Content {
  if (typeof content === 'string') return content;
  return { ...content, v: dice.integer(50), at: content.at + dice.integer(2 * within) - within };
}
