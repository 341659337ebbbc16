import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NexmarkEvent } from '../../examples/nexmark/entities.ts';
import { nexmarkEvents } from '../../examples/nexmark/events.ts';

const START = Date.UTC(2026, 0, 1);
const made = (options: Partial<Parameters<typeof nexmarkEvents>[0]> = {}): NexmarkEvent[] => [
  ...nexmarkEvents({ events: 10_000, start: START, rate: 100, ...options }),
];
const of = <S extends NexmarkEvent['stream']>(events: readonly NexmarkEvent[], stream: S) =>
  events.flatMap((event) => (event.stream === stream ? [event.value as Extract<NexmarkEvent, { stream: S }>['value']] : []));
const share = <T>(items: readonly T[], test: (item: T) => boolean): number => items.filter(test).length / items.length;

describe("Nexmark's events", () => {
  it('are a person, three auctions and 46 bids of every fifty', () => {
    const kinds = made({ events: 150 }).map(({ stream }) => stream);
    const round = ['person', 'auction', 'auction', 'auction', ...Array<string>(46).fill('bid')];
    expect(kinds).toEqual([...round, ...round, ...round]);
  });

  it('follow each other at the rate, from the start', () => {
    const times = made({ events: 101, rate: 50 }).map(({ value }) => Date.parse(value.date_time) - START);
    expect([times[0], times[1], times[100]]).toEqual([0, 20, 2000]);
  });

  it('number people and auctions from 1000 without gaps', () => {
    const events = made();
    expect(of(events, 'person').map(({ id }) => id)).toEqual(Array.from({ length: 200 }, (_, i) => 1000 + i));
    expect(of(events, 'auction').map(({ id }) => id)).toEqual(Array.from({ length: 600 }, (_, i) => 1000 + i));
  });

  it('have hot auctions, bidders and sellers', () => {
    const events = made();
    // Half of the bids, three quarters of them, three quarters of the auctions; and some of the others happen to be hot.
    expect(share(of(events, 'bid'), ({ auction }) => auction % 100 === 0)).toBeCloseTo(0.5, 1);
    expect(share(of(events, 'bid'), ({ bidder }) => bidder % 100 === 1)).toBeCloseTo(0.76, 1);
    expect(share(of(events, 'auction'), ({ seller }) => seller % 100 === 0)).toBeCloseTo(0.76, 1);
    expect(share(of(events, 'bid'), ({ url }) => url.includes('channel_id='))).toBeCloseTo(0.5, 1);
  });

  it('name people and auctions that are there, or at most ten that come next', () => {
    let [person, auction] = [999, 999];
    for (const { stream, value } of made()) {
      if (stream === 'person') person = value.id;
      if (stream === 'auction') {
        auction = value.id;
        expect(value.seller).toBeLessThanOrEqual(person + 10);
        expect(Date.parse(value.expires)).toBeGreaterThan(Date.parse(value.date_time));
        expect(value.reserve).toBeGreaterThan(value.initial_bid);
      }
      if (stream === 'bid') {
        expect(value.bidder).toBeLessThanOrEqual(person + 10);
        expect(value.auction).toBeLessThanOrEqual(auction + 10);
        expect(value.price).toBeGreaterThanOrEqual(100);
        expect(value.price).toBeLessThanOrEqual(100_000_000);
      }
    }
  });

  it('are the same for the same seed, and others for another', () => {
    expect(made({ events: 200, seed: 7 })).toEqual(made({ events: 200, seed: 7 }));
    expect(made({ events: 200, seed: 7 })).not.toEqual(made({ events: 200, seed: 8 }));
  });

  it('are out of order within so many, none is lost', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 60 }), fc.integer(), (events, disorder, seed) => {
        const times = made({ events, disorder, seed }).map(({ value }) => (Date.parse(value.date_time) - START) / 10);
        expect(times.toSorted((a, b) => a - b)).toEqual(Array.from({ length: events }, (_, i) => i));
        times.forEach((time, i) => {
          expect(Math.floor(time / disorder)).toBe(Math.floor(i / disorder));
        });
      }),
    );
    expect(made({ events: 100, disorder: 50 }).map(({ value }) => value.date_time)).not.toEqual(
      made({ events: 100 }).map(({ value }) => value.date_time),
    );
  });
});
