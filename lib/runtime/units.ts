import type { Meter } from '../store/ports.ts';

/** Adds up the capacity units that one batch, query or tick used. */
export class UnitMeter implements Meter {
  requests = 0;
  /** DynamoDB read units */
  reads = 0;
  /** DynamoDB write units */
  writes = 0;

  add(request: { readonly operation: string; readonly reads: number; readonly writes: number }): void {
    this.requests++;
    this.reads += request.reads;
    this.writes += request.writes;
  }

  /** Adds what another meter counted. */
  take({ requests, reads, writes }: UnitMeter): void {
    this.requests += requests;
    this.reads += reads;
    this.writes += writes;
  }
}
