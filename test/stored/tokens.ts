import { formatAsOf, formatSeen } from '../../lib/api/as-of.ts';
import { formatCursor } from '../../lib/api/cursor.ts';
import { Parameters } from '../../lib/api/parameters.ts';
import type { AsOf } from '../../lib/runtime/read/query.ts';

/** What a reader has seen: shards as Kinesis calls them, one of another name, and one of too many digits. */
export const ASOFS: readonly AsOf[] = [
  { mergedThrough: Number.NEGATIVE_INFINITY, tasks: {} },
  { mergedThrough: 1_767_225_600_000, tasks: { 'shardId-000000000000': 1, 'shardId-000000000123': 70_000 } },
  { mergedThrough: 0.5, tasks: { 'shard-a': 3, 'shardId-0000000000001': 4 } },
];

/** Places in each kind of answer. */
export const PLACES = {
  window: { start: 1_767_225_600_000, end: 1_767_225_660_000 },
  'all time': { start: null, end: null },
  'row of a window': { window: { start: 0, end: 60_000 }, values: ['a', 1.5, null, 9007199254740993n], key: '\0["/ü",1]' },
  'row of a derived view': { window: { start: 0, end: 60_000 }, skip: 7 },
  'kept event': { stream: 'clicks', before: '2026-01-01T00:00:00.000Z#shardId-000000000000%230', skip: 2 },
} as const;

export const CURSOR = { path: '/v1/views/clicks/rows', now: 1_767_225_600_123, asOf: 'abc' };
export const parametersOf = (more: string): Parameters => {
  return new Parameters(new URLSearchParams(`key=%2Fa&order=desc&limit=10${more}`), ['key', 'order', 'limit', 'cursor', 'as_of']);
};

/** Tokens that readers hold. */
export function tokens() {
  const { path, now, asOf } = CURSOR;
  return {
    asOf: ASOFS.map((one) => formatAsOf('clicks', one)),
    seen: formatSeen(['a', 'b'], new Map([['b', ASOFS[1] as AsOf]])),
    cursors: Object.fromEntries(
      Object.entries(PLACES).map(([name, after]) => [name, formatCursor(path, parametersOf(''), { after, now, asOf })]),
    ),
  };
}
