import { type Mutation, mutation } from './mutation.ts';

const BOUNDED = 'test/core/accumulators/bounded.test.ts';
const EWMA = 'lib/core/accumulators/ewma.ts';
const LIST = 'lib/core/accumulators/ordered-list.ts';

/** Accumulators: their bounds, merges and stored states. */
export const AGGREGATE_MUTATIONS: readonly Mutation[] = [
  mutation(
    'ewmaKeepsOneMore',
    'a decayed mean keeps 65 half-lives, and refuses to read what it has written',
    EWMA,
    'if (old <= at - REACH) this.spans.delete(old);',
    'if (old < at - REACH) this.spans.delete(old);',
    BOUNDED,
  ),
  mutation(
    'ewmaTakesOneMore',
    'a decayed mean takes a value of the 65th half-life when it comes after the newest',
    EWMA,
    'if (at <= this.newest - REACH) return undefined;',
    'if (at < this.newest - REACH) return undefined;',
    BOUNDED,
  ),
  mutation(
    'laterCut',
    'of two lists that were cut, the merged one ends at the later cut',
    LIST,
    'compare(from.#cut, this.#cut) < 0',
    'compare(from.#cut, this.#cut) > 0',
    BOUNDED,
  ),
  mutation(
    'cutKeepsRest',
    'a list keeps its items beyond the cut of the one that is merged into it',
    LIST,
    'compare(this.items.at(-1) as Item, from.#cut) > 0',
    'compare(this.items.at(-1) as Item, from.#cut) < 0',
    BOUNDED,
  ),
  mutation(
    'beyondCut',
    'a list takes what comes after its cut, and not what comes before',
    LIST,
    'compare(item, this.#cut) > 0',
    'compare(item, this.#cut) < 0',
    BOUNDED,
  ),
  mutation(
    'overflowNotMerged',
    'a regression forgets, when it is merged, that a value was too large',
    'lib/core/accumulators/regression.ts',
    '      into.overflow ||= from.overflow;\n',
    '',
    BOUNDED,
  ),
];
