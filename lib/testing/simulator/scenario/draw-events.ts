import type { Dice } from '../dice.ts';
import type { ApplicationSpec, Payload } from '../oracle/spec.ts';
import { START } from '../world.ts';
import type { Action, Content } from './scenario.ts';

const SECOND = 1000;
const MINUTE = 60_000;

/** How many and how often. */
export interface Traffic {
  readonly events: number;
  /** milliseconds from one record to the next, on average */
  readonly every: number;
  /** chance of a record that is no event, of an event that cannot be processed */
  readonly bad: number;
  /** events that end the process */
  readonly poison: number;
  /** whether some come later than they may */
  readonly late: boolean;
}

/** Records by chance, with the events they hold. */
export function drawEvents(dice: Dice, spec: ApplicationSpec, traffic: Traffic): Action[] {
  const keys = ['a', 'b', 'c', 'd', 'e', 'ä/é #1'];
  const weights = keys.map((_, i) => (dice.uniform() < 0.3 ? 20 : 1) / (i + 1));
  // A device that was never told the time: its clock has run since 1970.
  const unset = dice.uniform() < 0.25 ? dice.pick(keys) : undefined;
  const poison = new Set(Array.from({ length: traffic.poison }, () => dice.integer(traffic.events)));
  const actions: Action[] = [];
  let at = 5 * SECOND;
  for (let id = 0; id < traffic.events; ) {
    at += pause(dice, traffic.every);
    const k = dice.pick(keys, weights);
    const count = dice.uniform() < 0.1 ? 2 + dice.integer(3) : 1;
    const holds: Content[] = [];
    for (let i = 0; i < count; i++) {
      const does = poison.has(id)
        ? 'crash'
        : dice.uniform() < traffic.bad
          ? dice.pick(['throw', 'throw in first view', 'throw in first view'] as const)
          : 'nothing';
      holds.push(drawEvent(dice, spec, { id: id++, k, does, at: k === unset ? at : START + at }, traffic.late));
    }
    if (dice.uniform() < traffic.bad) holds.splice(dice.integer(holds.length), 1, dice.pick(['garbage', 'no event']));
    const partitionKey = spec.partitionKey === 'k' ? k : String(dice.integer(50));
    actions.push({ at, do: 'put', partitionKey, holds, gzip: dice.uniform() < 0.05 });
  }
  return actions;
}

function pause(dice: Dice, every: number): number {
  const long = dice.uniform() < 0.04;
  return Math.ceil(dice.exponential(long ? Math.min(10 * MINUTE, 40 * every) : dice.uniform() < 0.2 ? every / 20 : every));
}

function drawEvent(
  dice: Dice,
  { outOfOrder, maxAhead }: ApplicationSpec,
  event: Pick<Payload, 'id' | 'k' | 'does' | 'at'>,
  late: boolean,
): Payload {
  const how = dice.pick(['in order', 'late', 'very late', 'ahead', 'far ahead'] as const, late ? [70, 15, 8, 5, 1] : [95, 0, 0, 5, 0]);
  const offset = {
    'in order': -dice.integer(outOfOrder + 1),
    late: -dice.integer(3 * outOfOrder + 20 * SECOND),
    'very late': -dice.integer(15 * MINUTE),
    ahead: dice.integer(2 * MINUTE),
    'far ahead': maxAhead + 1 + dice.integer(MINUTE),
  }[how];
  return {
    ...event,
    u: `u${dice.integer(5)}`,
    v: dice.uniform() < 0.2 ? null : (dice.integer(200) - 60) / 4,
    b: dice.uniform() < 0.2,
    at: event.at + offset,
  };
}
