import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseSequence, type SequenceParts } from '../../lib/local/kinesalite-sequence.ts';

const require = createRequire(import.meta.url);
const own = createRequire(require.resolve('kinesalite'))('./db') as {
  parseSequence(sequence: string): SequenceParts;
  stringifySequence(parts: Partial<SequenceParts>): string;
};

it('takes sequence numbers apart as kinesalite does, refusals included', () => {
  const seconds = fc.integer({ min: 1_300_000_000, max: 1_900_000_000 });
  const parts = fc.record({
    created: seconds,
    time: seconds,
    index: fc.bigInt({ min: 0n, max: 2n ** 62n }),
    shard: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  });
  fc.assert(
    fc.property(parts, ({ created, time, index, shard }) => {
      const sequence = own.stringifySequence({
        shardCreateTime: created * 1000,
        seqTime: time * 1000,
        seqIx: String(index),
        shardIx: shard,
        version: 2,
      });
      const answer = (parse: (text: string) => unknown): unknown => {
        try {
          return parse(sequence);
        } catch (error) {
          return String(error);
        }
      };
      const fallback = (text: string): SequenceParts => own.parseSequence(text);
      const found = answer((text) => parseSequence(text, fallback)) as Record<string, unknown>;
      const expected = answer(own.parseSequence) as Record<string, unknown>;
      for (const name of Object.keys(found)) expect(String(found[name]), name).toBe(String(expected[name]));
      expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
    }),
    { numRuns: 2000 },
  );
});

it.each(['', '0', 'x', '49590338271490256608559692538361571095921575989136588898'.slice(1)])('leaves %j to kinesalite', (sequence) => {
  expect(parseSequence(sequence, () => 'left')).toBe('left');
});
