import { diceFor } from '../dice.ts';
import { hashKey } from '../kinesis/hash-key.ts';
import type { Action, Put, Scenario } from './scenario.ts';

const HASHES = 2n ** 128n;

/**
 * Lets the producers of some seeds aggregate records: the Kinesis Producer Library those of one shard, by the shards that it knew
 * at the start, other producers any records.
 */
export function drawAggregation(scenario: Scenario): Scenario {
  const dice = diceFor(scenario.seed, 'aggregation');
  // What a poison event takes with it, and what a bad deploy drains, is counted by records of the stream.
  if (scenario.kind === 'poison' || scenario.kind === 'bad deploy' || dice.uniform() >= 0.5) return scenario;
  const by = dice.pick(['library', 'library', 'others'] as const);
  const shardOf = ({ partitionKey }: Put): bigint => (by === 'library' ? (hashKey(partitionKey) * BigInt(scenario.shards)) / HASHES : 0n);
  const waiting = new Map<bigint, Put[]>();
  const actions: Action[] = [];
  for (const action of scenario.actions) {
    if (action.do !== 'put') {
      actions.push(action);
      continue;
    }
    const shard = shardOf(action);
    const records = [...(waiting.get(shard) ?? []), action];
    waiting.set(shard, records);
    if (dice.uniform() < 0.6) continue;
    actions.push(together(by, records, action.at));
    waiting.delete(shard);
  }
  const last = Math.max(0, ...scenario.actions.map(({ at }) => at));
  for (const records of waiting.values()) actions.push(together(by, records, last));
  return { ...scenario, application: { ...scenario.application, aggregation: 'kpl' }, actions };
}

/** One record is put as it is. */
function together(by: 'library' | 'others', records: readonly Put[], at: number): Action {
  const [only] = records;
  return only && records.length === 1 ? { ...only, at } : { at, do: 'put together', by, records };
}
