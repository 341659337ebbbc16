// Small records that are large inside. What they take is bounded by the record and by the batch, and what is around them is counted.
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { application, view } from '../../../../lib/dsl/application.ts';
import { stream } from '../../../../lib/dsl/stream.ts';
import { tumbling } from '../../../../lib/dsl/window.ts';
import { MOST_INFLATED } from '../../../../lib/formats/decode-payload.ts';
import { createStack, START } from '../stack.ts';
import { deadLetters, sale, sales, taken } from './sales.ts';

const clicks = stream('clicks', {
  columns: { page: 'text', n: 'bigint', at: 'timestamptz' },
  eventTime: 'at',
  aggregation: 'kpl',
});
const shop = application('shop', {
  views: [
    view(
      'sales',
      clicks
        .keyBy('page')
        .window(tumbling('1 minute'))
        .aggregate((a) => ({ count: a.count(), sum: a.sum('n') })),
    ),
  ],
});

/** What the KPL makes of payloads that all have one partition key. */
function aggregated(payloads: readonly (Uint8Array | string)[]): Uint8Array {
  const varint = (n: number): number[] => (n < 128 ? [n] : [(n % 128) | 128, ...varint(Math.floor(n / 128))]);
  const field = (number: number, bytes: Uint8Array | string) => {
    const body = Buffer.from(bytes);
    return Buffer.concat([Buffer.from([number * 8 + 2, ...varint(body.length)]), body]);
  };
  const message = Buffer.concat([
    field(1, 'key'),
    ...payloads.map((payload) => field(3, Buffer.concat([Buffer.from([8, 0]), field(3, payload)]))),
  ]);
  return Buffer.concat([Buffer.from([0xf3, 0x89, 0x9a, 0xc2]), message, createHash('md5').update(message).digest()]);
}

const SPACES = ' '.repeat(MOST_INFLATED - 200);
const MILLIONS = gzipSync(`[${'0,'.repeat(4_900_000)}0]`);
const BOMB = gzipSync(new Uint8Array(200 * 1024 * 1024));

const BOMBS: readonly (readonly [name: string, payload: Uint8Array, letters: number, reason: RegExp])[] = [
  ['200 MB in gzip', BOMB, 1, /gzip bomb/],
  ['millions of events in 10 KB of gzip', MILLIONS, 1, /more than 500000 events/],
  ['millions of events, in each of 20 payloads of the KPL', aggregated(Array<Uint8Array>(20).fill(MILLIONS)), 20, /events|gzip bomb/],
  ['ten bombs in a record of the KPL', aggregated(Array<Uint8Array>(10).fill(BOMB)), 10, /gzip bomb/],
  [
    'ten times as much as a payload may be, in a record of the KPL',
    aggregated(Array(10).fill(gzipSync(`${SPACES}0`))),
    10,
    /gzip bomb|object/,
  ],
  ['many events in each payload, too many together', aggregated(Array(6).fill(`[${'0,'.repeat(99_999)}0]`)), 1, /more than 500000 events/],
  ['gzip in gzip', gzipSync(BOMB), 1, /not UTF-8/],
  ['a record of the KPL in gzip', gzipSync(aggregated([BOMB])), 1, /not UTF-8/],
  ['a record of the KPL in one of the KPL', aggregated([aggregated([BOMB])]), 1, /not UTF-8|not JSON/],
];

describe('a record that is larger inside', () => {
  it.each(BOMBS)('%s: is dead, and its neighbours are counted', async (_, bomb, letters, reason) => {
    const stack = createStack({ application: shop });
    stack.clock.at = START + 30_000;
    const before = process.memoryUsage().rss;
    expect(await stack.aggregate(stack.records(sale('/a', 1), bomb, sale('/a', 2)))).toEqual(taken);
    // Without the bounds the worst of them takes gigabytes, and longer than a test may take.
    expect((process.memoryUsage().rss - before) / 1024 / 1024).toBeLessThan(700);
    expect(await sales(stack)).toEqual({ '/a': 3 });
    const dead = await deadLetters(stack);
    expect(dead).toHaveLength(letters);
    for (const letter of dead) expect(letter.reason).toMatch(reason);
  });
});

describe('a batch that is larger inside', () => {
  it('is taken in parts, each record once', async () => {
    const stack = createStack({ application: shop });
    stack.clock.at = START + 30_000;
    const padded = Array.from({ length: 20 }, (_, i) => gzipSync(`${SPACES}${sale('/a', 2 ** i)}`));
    let left = stack.records(...padded);
    let deliveries = 0;
    while (left.length > 0) {
      const { batchItemFailures } = await stack.aggregate(left);
      const next = batchItemFailures[0]?.itemIdentifier;
      const at = left.findIndex(({ kinesis }) => kinesis.sequenceNumber === next);
      // Each delivery takes some.
      expect(at).not.toBe(0);
      left = at < 0 ? [] : left.slice(at);
      deliveries++;
    }
    // 64 MB a time are seven records of 10 MB.
    expect(deliveries).toBe(3);
    expect(await sales(stack)).toEqual({ '/a': 2 ** 20 - 1 });
  });
});
