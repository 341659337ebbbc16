import { expect, vi } from 'vitest';
import type { MillraceClient } from '../../../lib/client/client.ts';
import type { Deployment } from './deployment.ts';
import { PATIENCE } from './patience.ts';
import { putRecords } from './put-events.ts';

/** An order of the fixtures' application. */
export interface Order {
  readonly shop: string;
  readonly id: number;
  readonly note: string | null;
  readonly at: string;
}

/** A record and its partition key. */
export interface OrderRecord {
  readonly key: string;
  readonly data: string | Uint8Array;
}

const SHOPS = 10;
/** Milliseconds between two orders: all of a test's are over before it is, so that their minutes become final while it runs. */
const STEP = 700;
const BEGIN = 14 * 60_000;

/** Orders, the book of how many there were, and what the deployed application says. */
export class Orders {
  readonly #endpoint: string;
  #stream: string;
  // biome-ignore lint/suspicious/noExplicitAny: of either version of the application
  #client: MillraceClient<any>;
  /** what must be counted: orders and the sum of their numbers, by shop */
  readonly #expected = new Map<string, { orders: number; ids: number }>();
  #begin = Date.now() - BEGIN;
  #next = 1;

  constructor(endpoint: string, deployment: Deployment, client: MillraceClient) {
    this.#endpoint = endpoint;
    this.#stream = deployment.output('OrdersStream');
    this.#client = client;
  }

  /** Goes on with another deployment, which has to count these orders too, and with orders of now. */
  goOn(deployment: Deployment, client: MillraceClient): void {
    this.#stream = deployment.output('OrdersStream');
    this.#client = client;
    this.#begin = Date.now() - this.#next * STEP;
  }

  /** New orders, of one shop after the other, or all of one. */
  some(count: number, shop?: string): Order[] {
    return Array.from({ length: count }, () => {
      const id = this.#next++;
      return { shop: shop ?? `shop-${id % SHOPS}`, id, note: null, at: new Date(this.#begin + id * STEP).toISOString() };
    });
  }

  /** Puts records, and writes down the orders in them that have to be counted. */
  async put(counted: readonly Order[], records: readonly OrderRecord[]): Promise<void> {
    for (const { shop, id } of counted) {
      const { orders, ids } = this.#expected.get(shop) ?? { orders: 0, ids: 0 };
      this.#expected.set(shop, { orders: orders + 1, ids: ids + id });
    }
    await putRecords(
      this.#endpoint,
      this.#stream,
      records.map(({ key, data }) => ({ PartitionKey: key, Data: Buffer.from(data) })),
    );
  }

  /** Puts new orders, a record each. */
  async putSome(count: number): Promise<void> {
    const orders = this.some(count);
    await this.put(orders, orders.map(recordOf));
  }

  /** Waits until every order is counted, and fails when one is counted twice. */
  async expectCounted(): Promise<void> {
    await vi.waitFor(async () => expect(await this.#counted()).toEqual(this.#expected), PATIENCE);
  }

  async #counted(): Promise<Map<string, { orders: number; ids: number }>> {
    const counted = new Map<string, { orders: number; ids: number }>();
    for (const shop of this.#expected.keys()) {
      const rows = (await this.#client.rows('by_shop', { key: { shop } }).toArray()) as { orders: number; ids: number }[];
      if (rows.length === 0) continue;
      counted.set(shop, { orders: sum(rows.map(({ orders }) => orders)), ids: sum(rows.map(({ ids }) => ids)) });
    }
    return counted;
  }
}

/** An order as a record of its own. */
export const recordOf = (order: Order): OrderRecord => ({ key: order.shop, data: JSON.stringify(order) });

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
