import { type Mutation, mutation } from './mutation.ts';

const DEDUPLICATE = 'lib/core/deduplicate.ts';
const INHERIT = 'lib/core/inherit.ts';
const STEP = 'lib/core/step.ts';

/** Ways to count duplicates, to take others for duplicates, and to forget ids at a reshard. */
export const DUPLICATE_MUTATIONS: readonly Mutation[] = [
  mutation(
    'idsEvictedEarly',
    'an id is forgotten ten seconds before it may be',
    'lib/core/apply.ts',
    'state.ids.evict(entry.watermark, debt.touch);',
    'state.ids.evict(entry.watermark + 10_000, debt.touch);',
  ),
  mutation(
    'idsNotInEntry',
    'an entry does not hold the ids of its events, so a replay does not know them',
    STEP,
    '    ...(dedupe && { ids: dedupe.finish() }),\n',
    '',
  ),
  mutation(
    'idsNotApplied',
    'only the process that wrote an entry remembers its ids',
    'lib/runtime/follow.ts',
    'const entry = decodeEntry(unpack(stored.body, item), item.name, views);',
    'const entry = { ...decodeEntry(unpack(stored.body, item), item.name, views), ids: undefined };',
  ),
  mutation(
    'idsNotInCheckpoint',
    'a checkpoint leaves the remembered ids out',
    'lib/core/checkpoint-codec.ts',
    '    { name: IDS, parts: state.ids.parts(bucketWanted) },\n',
    '',
  ),
  mutation(
    'idsOfCleanBuckets',
    'a new id does not mark its bucket as changed, so the next checkpoint leaves it out',
    'lib/core/remembered-ids.ts',
    'if (slot < this.#earliest) this.#earliest = slot;\n      touch(one.partitionKey);',
    'if (slot < this.#earliest) this.#earliest = slot;',
    'test/runtime/deduplicate.test.ts',
  ),
  mutation(
    'deadRemembered',
    'the id of a dead letter is remembered, so it can never be put again',
    STEP,
    'if (refused?.size !== builders.length) dedupe?.remember(event as StreamEvent);',
    'dedupe?.remember(event as StreamEvent);',
  ),
  mutation(
    'idAlone',
    'an event with the id of another partition key is a duplicate',
    DEDUPLICATE,
    "return { key: keyOfRow(spec.partitionKey, row) ?? '', id: idOf(spec, row) ?? '' };",
    "return { key: '', id: idOf(spec, row) ?? '' };",
    'test/core/deduplicate.test.ts',
  ),
  mutation(
    'oldTakenAsNew',
    'an event that is too old to be told from a duplicate counts',
    DEDUPLICATE,
    "if (time + within <= Math.max(watermark, this.#held.floor)) return 'late';",
    "if (time + within <= Number.NEGATIVE_INFINITY) return 'late';",
  ),
  mutation(
    'noFloor',
    'a child of two shards takes what the faster one had forgotten as new',
    INHERIT,
    'floor > watermark && { idsFloor: floor }',
    'floor < watermark && { idsFloor: floor }',
    'test/runtime/deduplicate.test.ts',
  ),
  mutation(
    'nothingInherited',
    'the child of a shard knows no ids of its parent',
    INHERIT,
    'const ids = parents.flatMap((parent) => parent.ids.at(parent.watermark, holds));',
    'const ids = parents.flatMap((parent) => parent.ids.at(parent.watermark, (key) => key === holds.name));',
  ),
  mutation(
    'oneParentInherited',
    'a shard made of two inherits the ids of the first one only',
    INHERIT,
    'const ids = parents.flatMap(',
    'const ids = parents.slice(0, 1).flatMap(',
  ),
  mutation(
    'inheritedBeforeTheEnd',
    'a child inherits from a parent that still has records',
    'lib/runtime/shards.ts',
    'if (!probe.empty || !probe.drained) return undefined;',
    'if (!probe.empty && !probe.drained && probe.millisBehindLatest < 0) return undefined;',
  ),
  mutation(
    'hashRangeUnchecked',
    'an event counts in a shard that its partition key does not hash into',
    'lib/core/partition-key.ts',
    'if (holds && !holds(key))',
    'if (holds && !holds(key) && key === column)',
  ),
  mutation(
    'partitionKeyBelieved',
    'an event counts whose record has another partition key than its column says',
    'lib/core/partition-key.ts',
    'if (key !== wanted)\n',
    'if (key !== wanted && key === column)\n',
  ),
  mutation(
    'fullIsRefused',
    'a shard with as many ids as it may remember opens the circuit breaker',
    STEP,
    '      balance--;\n      if (judged ===',
    "      balance += judged === 'full' ? 1 : -1;\n      if (judged ===",
    'test/core/deduplicate.test.ts',
  ),
  mutation(
    'fullTakesMore',
    'a shard remembers one id more than it may',
    DEDUPLICATE,
    "this.#countAt(watermark) >= maxIds ? 'full'",
    "this.#countAt(watermark) > maxIds ? 'full'",
  ),
];
