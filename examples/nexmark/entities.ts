/** Somebody who sells or bids. Times are ISO 8601, UTC. */
export interface Person {
  readonly id: number;
  readonly name: string;
  readonly email_address: string;
  readonly credit_card: string;
  readonly city: string;
  readonly state: string;
  readonly date_time: string;
  readonly extra: string;
}

/** An item on sale until `expires`; prices in cents. */
export interface Auction {
  readonly id: number;
  readonly item_name: string;
  readonly description: string;
  readonly initial_bid: number;
  readonly reserve: number;
  readonly date_time: string;
  readonly expires: string;
  readonly seller: number;
  readonly category: number;
  readonly extra: string;
}

/** A bid for an auction; its price in cents. */
export interface Bid {
  readonly auction: number;
  readonly bidder: number;
  readonly price: number;
  readonly channel: string;
  readonly url: string;
  readonly date_time: string;
  readonly extra: string;
}

/** An event and the stream it belongs to. */
export type NexmarkEvent =
  | { readonly stream: 'person'; readonly value: Person }
  | { readonly stream: 'auction'; readonly value: Auction }
  | { readonly stream: 'bid'; readonly value: Bid };
