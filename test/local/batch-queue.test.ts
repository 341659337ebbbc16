import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BatchQueue, emptyQueue, enqueue, nextBatch, type Outcome, type Queued, settle } from '../../lib/local/batch-queue.ts';

/** A record a letter; an upper case one takes 4 bytes of payload, others 1. */
function records(letters: string): Queued[] {
  return [...letters].map((sequence) => ({ sequence, bytes: sequence === sequence.toUpperCase() ? 4 : 1 }));
}

function shown(batch: readonly Queued[]): string {
  return batch.map(({ sequence }) => sequence).join('');
}

// A line a story, with at most 4 records, a window of 100 ms and 6 bytes a batch:
//   +abc  read abc        .  read nothing more, the shard is closed       @50  it is 50 now
//   abc!  invoked with abc, taken       abc?  invoked with abc, failed        abc?b  invoked with abc, failed from b on
//   ~150  waits until 150       ~  waits for more
const STORIES: readonly (readonly [what: string, story: string])[] = [
  ['nothing to do', '~'],
  ['a window is waited for', '+ab ~100 @99 ~100 @100 ab! ~'],
  ['the window runs from the first record', '+a @60 +b ~100 @100 ab! ~'],
  ['a new window begins with what is left', '+abcde abcd! ~100 @100 e! ~'],
  ['a full batch does not wait', '+abcd abcd! ~'],
  ['a closed shard does not wait', '+ab . ab! ~'],
  ['payload: two large ones do not fit together', '+AB A! ~100 @100 B! ~'],
  ['payload: small ones fill up', '+Aabc Aab! ~100 @100 c! ~'],
  ['a failed batch is halved, first half first', '+abcd abcd? ~200 @200 ab! cd! ~'],
  ['an odd one: the larger half first', '+abc @100 abc? ~300 @300 ab! c! ~'],
  ['down to the record that fails, which nothing overtakes', '+abcd abcd? @200 ab! cd? ~400 @400 c? ~800 @800 c? ~1600 @1600 c! d! ~'],
  ['new records wait behind a retry', '+abcd abcd? +xyzw @200 ab! cd! xyzw! ~'],
  ['from the lowest failed record on', '+abcd abcd?c cd! ~'],
  ['progress ends the row of failures', '+abcd abcd? @200 ab?b b? ~400 @400 b! cd! ~'],
  ['failed from its first record on: again as a whole', '+abcd abcd?a ~200 @200 abcd?a ~600 @600 abcd! ~'],
  ['failed from a record it does not hold: as if it had thrown', '+abcd abcd?z ~200 @200 ab! cd! ~'],
];

describe('batches by the rules of an event source mapping', () => {
  it.each(STORIES)('%s', (_, story) => {
    let queue: BatchQueue<Queued> = emptyQueue();
    let now = 0;
    for (const word of story.split(' ')) {
      const decision = nextBatch(queue, { batchSize: 4, batchWindow: 100, payload: 6 }, now);
      const decided = 'batch' in decision ? shown(decision.batch) : `~${Number.isFinite(decision.waitUntil) ? decision.waitUntil : ''}`;
      if (word.startsWith('@')) now = Number(word.slice(1));
      else if (word.startsWith('+')) queue = enqueue(queue, records(word.slice(1)), now);
      else if (word === '.') queue = enqueue(queue, [], now, true);
      else if (word.startsWith('~')) expect(decided, word).toBe(word);
      else {
        const [, batch = '', , failedFrom] = /^(\w+)(!|\?(\w?))$/.exec(word) as RegExpExecArray as unknown as string[];
        expect(decided, word).toBe(batch);
        const outcome: Outcome = word.endsWith('!') ? 'succeeded' : failedFrom ? { failedFrom } : 'failed';
        queue = settle(queue, (decision as { batch: readonly Queued[] }).batch, outcome, now);
      }
    }
  });

  it('takes every record once and in order, whatever fails, within the limits', () => {
    const size = fc.integer({ min: 1, max: 9 });
    const turn = fc.record({ read: fc.array(size, { maxLength: 5 }), wait: fc.nat(150), outcome: fc.integer({ min: -2, max: 6 }) });
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 40 }), fc.integer({ min: 1, max: 6 }), (turns, batchSize) => {
        const limits = { batchSize, batchWindow: 100, payload: 8 };
        let queue: BatchQueue<Queued> = emptyQueue();
        let now = 0;
        let read = 0;
        const taken: string[] = [];
        const turnWith = (outcome: number): void => {
          const decision = nextBatch(queue, limits, now);
          if (!('batch' in decision)) return;
          const { batch } = decision;
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(batchSize);
          if (batch.length > 1) expect(batch.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(limits.payload);
          const failedFrom = batch[outcome]?.sequence;
          const how: Outcome = outcome === -2 ? 'failed' : outcome >= 0 && failedFrom !== undefined ? { failedFrom } : 'succeeded';
          const until = how === 'succeeded' ? batch.length : how === 'failed' ? 0 : outcome;
          taken.push(...batch.slice(0, until).map(({ sequence }) => sequence));
          queue = settle(queue, batch, how, now);
        };
        for (const { read: sizes, wait, outcome } of turns) {
          const added = sizes.map((bytes) => ({ sequence: String(read++), bytes }));
          queue = enqueue(queue, added, now);
          turnWith(outcome);
          now += wait;
        }
        for (let left = 0; left < 4 * read + 10; left++) {
          now += 20_000;
          turnWith(-1);
        }
        expect(taken).toEqual(Array.from({ length: read }, (_, i) => String(i)));
      }),
    );
  });
});
