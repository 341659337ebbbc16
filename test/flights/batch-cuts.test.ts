import { beforeAll, describe, expect, it } from 'vitest';
import application from '../../examples/flights/app.ts';
import { type Flight, readFlights } from '../../examples/flights/flights.ts';
import { createRandom } from '../../lib/local/random.ts';
import { createTestDriver } from '../../lib/testing/test-driver.ts';

const FLIGHTS = 20_000;
const MINUTE = 60_000;
/** The stream's maxOutOfOrderness. */
const OUT_OF_ORDER = 10 * MINUTE;
const WINDOWS = { origin_hours: 60 * MINUTE, route_days: 24 * 60 * MINUTE } as const;

/** Flights as they come over networks of different patience: up to half an hour late, three times what is waited for. */
let flights: Flight[] = [];

beforeAll(async () => {
  const read: Flight[] = [];
  for await (const group of readFlights({ limit: FLIGHTS })) read.push(...group);
  const random = createRandom(12_345);
  flights = read
    .map((flight) => ({ flight, at: Date.parse(flight.date) + random.uniform() * 3 * OUT_OF_ORDER }))
    .sort((a, b) => a.at - b.at)
    .map(({ flight }) => flight);
});

/** Everything a view answers once flights were processed in batches of a size. */
async function processed(batch: number) {
  const driver = await createTestDriver(application, { now: '2001-08-01T00:00:00Z' });
  for (let from = 0; from < flights.length; from += batch) await driver.put('flights', flights.slice(from, from + batch));
  const late = async (view: 'origin_hours' | 'route_days') =>
    (await driver.late(view)).map(({ sequence, bytes }) => ({ sequence, text: Buffer.from(bytes as Uint8Array).toString() }));
  return {
    originHours: await driver.rows('origin_hours'),
    routeDays: await driver.rows('route_days'),
    late: { origin_hours: await late('origin_hours'), route_days: await late('route_days') },
  };
}

/** Which flights come after their window has closed: a watermark, and nothing else. */
function lateFlights(size: number): string[] {
  let watermark = Number.NEGATIVE_INFINITY;
  return flights.flatMap((flight) => {
    const time = Date.parse(flight.date);
    watermark = Math.max(watermark, time - OUT_OF_ORDER);
    return Math.floor(time / size) * size + size <= watermark ? [JSON.stringify([flight])] : [];
  });
}

describe('flights out of order', () => {
  it('give identical rows and late sets whether batches hold 1, 7 or 1,000, and those an independent judge gives', async () => {
    const [ones, sevens, thousands] = [await processed(1), await processed(7), await processed(1000)];
    // The order in which late events are listed goes by batch, newest first.
    const sorted = <T extends { readonly sequence: string }>(all: readonly T[]): T[] =>
      all.toSorted((a, b) => Number(BigInt(a.sequence) - BigInt(b.sequence)));
    for (const other of [sevens, thousands]) {
      expect(other.originHours).toEqual(ones.originHours);
      expect(other.routeDays).toEqual(ones.routeDays);
      for (const view of ['origin_hours', 'route_days'] as const) expect(sorted(other.late[view])).toEqual(sorted(ones.late[view]));
    }
    for (const view of ['origin_hours', 'route_days'] as const) {
      const expected = lateFlights(WINDOWS[view]);
      expect(sorted(thousands.late[view]).map(({ text }) => text)).toEqual(expected);
    }
    expect(thousands.late.origin_hours.length).toBeGreaterThan(500);
    const counted = thousands.originHours.reduce((sum, row) => sum + (row.flights as number), 0);
    expect(counted).toBe(FLIGHTS - thousands.late.origin_hours.length);
  });
});
