import { describe, expect, it } from 'vitest';
import type { Health, ViewInfo } from '../../lib/client/client.ts';
import { finalThrough, statsOf, streamsOf } from '../../lib/dashboard/browser/stats.ts';

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 10, 0, second)).toISOString();

type Shard = Health['streams'][number]['shards'][number];

function shard(events: number, watermark: string | null, more: Partial<Shard> = {}): Shard {
  return {
    shard: 'shardId-0',
    entries: 1,
    sequence: '1',
    lastArrival: null,
    late: 0,
    dead: 0,
    duplicates: 0,
    ended: false,
    breaker: null,
    events,
    watermark,
    ...more,
  };
}

function health(now: string, clicks: readonly Shard[], orders: readonly Shard[] = []): Health {
  const stream = (name: string, shards: readonly Shard[], merged: Readonly<Record<string, string | null>>) => ({
    stream: name,
    watermark: null,
    shards,
    views: Object.entries(merged).map(([view, mergedThrough]) => ({ view, mergedThrough })),
  });
  return {
    application: 'shop',
    now,
    streams: [stream('clicks', clicks, { page_views: at(30), trend: null }), stream('orders', orders, { revenue: at(20) })],
  };
}

const view = (name: string, stream: string) => ({ name, stream }) as ViewInfo;
const over = (...views: string[]) => ({ name: 'over', views }) as unknown as ViewInfo;

describe('stats', () => {
  it('sum up the shards of the stream a view reads, and go by the slowest that is not closed', () => {
    const closed = shard(5, at(1), { ended: true, late: 1 });
    const now = health(at(50), [shard(100, at(45), { late: 2 }), shard(50, at(40), { dead: 3 }), closed], [shard(7, at(2))]);
    expect(statsOf(now, view('page_views', 'clicks'), undefined)).toEqual({
      events: 155,
      late: 3,
      dead: 3,
      rate: undefined,
      lag: 10_000,
    });
  });

  it('of a view over views are those of all it reads', () => {
    const now = health(at(50), [shard(100, at(45))], [shard(7, at(2))]);
    const joined = over('page_views', 'revenue');
    expect(streamsOf(now, joined).map(({ stream }) => stream)).toEqual(['clicks', 'orders']);
    expect(statsOf(now, joined, undefined)).toMatchObject({ events: 107, lag: 48_000 });
    expect(statsOf(now, over('revenue'), undefined)).toMatchObject({ events: 7 });
  });

  it('tell events a second since they were asked for before, and nothing when they start again', () => {
    const clicks = view('page_views', 'clicks');
    const before = health(at(40), [shard(100, at(35))], [shard(1000, at(1))]);
    expect(statsOf(health(at(50), [shard(130, at(45))]), clicks, before).rate).toBe(3);
    expect(statsOf(health(at(50), [shard(20, at(45))]), clicks, before).rate).toBeUndefined();
    expect(statsOf(health(at(40), [shard(130, at(45))]), clicks, before).rate).toBeUndefined();
  });

  it('know of no lag before the first event, and of none of a watermark ahead of the clock', () => {
    expect(statsOf(health(at(50), [shard(0, null)]), view('page_views', 'clicks'), undefined).lag).toBeUndefined();
    expect(statsOf(health(at(50), [shard(1, at(55))]), view('page_views', 'clicks'), undefined).lag).toBe(0);
  });
});

describe('windows are final', () => {
  const window = (end: string, final: boolean) => ({ start: at(0), end, final, keys: 1 });

  it('through the end of the newest that is', () => {
    expect(finalThrough([window(at(40), false), window(at(30), true), window(at(20), true)])).toBe(at(30));
    expect(finalThrough([window(at(20), true), window(at(30), true)])).toBe(at(30));
  });

  it('nowhere while all are open', () => {
    expect(finalThrough([window(at(40), false)])).toBeUndefined();
    expect(finalThrough([])).toBeUndefined();
  });
});
