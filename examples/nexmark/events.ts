import type { Random } from '../../lib/dsl/generator.ts';
import { createRandom } from '../../lib/local/random.ts';
import type { Auction, Bid, NexmarkEvent, Person } from './entities.ts';

/** Of every 50 events 1 is a person, 3 are auctions and 46 bids, in this order. */
const [PERSONS, AUCTIONS, ROUND] = [1, 3, 50];
const [FIRST_ID, FIRST_CATEGORY, CATEGORIES] = [1000, 10, 5];
/** People and auctions that are not there yet, but chosen already. */
const LEAD = 10;
/** Of so many people or auctions in a row one is hot. */
const HOT = 100;
const [ACTIVE_PEOPLE, OPEN_AUCTIONS] = [1000, 100];

const STATES = ['AZ', 'CA', 'ID', 'OR', 'WA', 'WY'];
const CITIES = ['Phoenix', 'Los Angeles', 'San Francisco', 'Boise', 'Portland', 'Bend', 'Redmond', 'Seattle', 'Kent', 'Cheyenne'];
const FIRST_NAMES = ['Peter', 'Paul', 'Luke', 'John', 'Saul', 'Vicky', 'Kate', 'Julie', 'Sarah', 'Deiter', 'Walter'];
const LAST_NAMES = ['Shultz', 'Abrams', 'Spencer', 'White', 'Bartels', 'Walton', 'Smith', 'Jones', 'Noris'];
const HOT_CHANNELS = ['Google', 'Facebook', 'Baidu', 'Apple'];
const CHANNELS = 10_000;

/**
 * Nexmark's events, an auction house's people, auctions and bids: Tucker, Tufte, Papadimos and Maier, "NEXMark – A benchmark for queries over
 * data streams", 2002, with the fields, proportions and hot keys of https://github.com/nexmark/nexmark (Apache Beam's generator). The random numbers
 * are others, so are the events.
 *
 * @param options.events how many
 * @param options.seed a whole number; the same gives the same events; default 1
 * @param options.start when the first event is, in milliseconds since 1970
 * @param options.rate events per second; default 10,000
 * @param options.disorder how many events in a row are shuffled, 1: none; default 1
 *
 * @example
 * ```ts
 * for (const { stream, value } of nexmarkEvents({ events: 1000, start: Date.UTC(2026, 0, 1) })) await put(stream, value);
 * ```
 */
export function* nexmarkEvents(options: {
  readonly events: number;
  readonly seed?: number;
  readonly start: number;
  readonly rate?: number;
  readonly disorder?: number;
}): Generator<NexmarkEvent> {
  const { events, seed = 1, start, rate = 10_000, disorder = 1 } = options;
  const random = createRandom(seed);
  const at = (number: number): number => start + Math.floor((number * 1000) / rate);
  for (let from = 0; from < events; from += disorder) {
    const numbers = Array.from({ length: Math.min(disorder, events - from) }, (_, i) => from + i);
    // Fisher and Yates' shuffle.
    for (let i = numbers.length - 1; i > 0; i--) {
      const j = random.integer(i + 1);
      [numbers[i], numbers[j]] = [numbers[j] as number, numbers[i] as number];
    }
    for (const number of numbers) yield event(random, number, at);
  }
}

function event(random: Random, number: number, at: (number: number) => number): NexmarkEvent {
  const date_time = new Date(at(number)).toISOString();
  const place = number % ROUND;
  if (place < PERSONS) return { stream: 'person', value: person(random, number, date_time) };
  if (place < PERSONS + AUCTIONS) {
    // As long as it takes until as many auctions as are open have come anew, on average.
    const horizon = at(number + (OPEN_AUCTIONS * ROUND) / AUCTIONS) - at(number);
    const expires = new Date(at(number) + 1 + random.integer(Math.max(1, 2 * horizon))).toISOString();
    return { stream: 'auction', value: auction(random, number, date_time, expires) };
  }
  return { stream: 'bid', value: bid(random, number, date_time) };
}

function person(random: Random, number: number, date_time: string): Person {
  return {
    id: FIRST_ID + lastPerson(number),
    name: `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`,
    email_address: `${letters(random, 7)}@${letters(random, 5)}.com`,
    credit_card: Array.from({ length: 4 }, () => String(random.integer(10_000)).padStart(4, '0')).join(' '),
    city: random.pick(CITIES),
    state: random.pick(STATES),
    date_time,
    extra: filling(random, 100),
  };
}

function auction(random: Random, number: number, date_time: string, expires: string): Auction {
  const initial_bid = price(random);
  // Three of four auctions are a hot seller's.
  const seller = random.integer(4) > 0 ? hot(lastPerson(number)) : somePerson(random, number);
  return {
    id: FIRST_ID + lastAuction(number),
    item_name: letters(random, 20),
    description: letters(random, 100),
    initial_bid,
    reserve: initial_bid + price(random),
    date_time,
    expires,
    seller: FIRST_ID + seller,
    category: FIRST_CATEGORY + random.integer(CATEGORIES),
    extra: filling(random, 300),
  };
}

function bid(random: Random, number: number, date_time: string): Bid {
  // Every second bid is for a hot auction, three of four are a hot bidder's: the person after the hot seller.
  const auction = random.integer(2) > 0 ? hot(lastAuction(number)) : someAuction(random, number);
  const bidder = random.integer(4) > 0 ? hot(lastPerson(number)) + 1 : somePerson(random, number);
  const item = `https://www.nexmark.com/${letters(random, 5)}/${letters(random, 5)}/item.htm?query=1`;
  const channelId = random.integer(CHANNELS);
  const [channel, url] =
    random.integer(2) > 0 ? [random.pick(HOT_CHANNELS), item] : [`channel-${channelId}`, `${item}&channel_id=${channelId}`];
  return {
    auction: FIRST_ID + auction,
    bidder: FIRST_ID + bidder,
    price: price(random),
    channel,
    url,
    date_time,
    extra: filling(random, 50),
  };
}

/** The newest person at an event, counted from 0. */
function lastPerson(number: number): number {
  return Math.floor(number / ROUND) * PERSONS + Math.min(number % ROUND, PERSONS - 1);
}

/** The newest auction at an event, counted from 0; 0 before there is one. */
function lastAuction(number: number): number {
  const inRound = Math.min((number % ROUND) - PERSONS, AUCTIONS - 1);
  return Math.max(0, Math.floor(number / ROUND) * AUCTIONS + Math.max(inRound, -1));
}

function hot(last: number): number {
  return last - (last % HOT);
}

function somePerson(random: Random, number: number): number {
  const people = lastPerson(number) + 1;
  const active = Math.min(people, ACTIVE_PEOPLE);
  return people - active + random.integer(active + LEAD);
}

function someAuction(random: Random, number: number): number {
  const last = lastAuction(number);
  const first = Math.max(0, last - OPEN_AUCTIONS);
  return first + random.integer(last - first + 1 + LEAD);
}

/** Cents, from one to a million dollars, evenly over the powers of ten. */
function price(random: Random): number {
  return Math.round(10 ** (random.uniform() * 6) * 100);
}

function letters(random: Random, length: number): string {
  return Array.from({ length }, () => String.fromCharCode(97 + random.integer(26))).join('');
}

/** Text that gives an event its usual size: of the length, a fifth more or less. */
function filling(random: Random, length: number): string {
  return letters(random, Math.round(length * (0.8 + 0.4 * random.uniform())));
}
