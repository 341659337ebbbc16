import type { Row } from '../core/column.ts';
import type { Incoming, StreamEvent } from '../core/event.ts';
import type { StreamPlan } from '../plan/plan.ts';
import { type DecodedPart, type DecodedRecord, partitionKeyOf } from './decoded-record.ts';

/**
 * Validates one part of a record.
 *
 * @param number which part of the record it is
 * @returns a valid event, or a dead one with the reason
 */
export function eventOf(plan: StreamPlan, record: DecodedRecord, part: DecodedPart, number: number): Incoming {
  const { sequence, arrival } = record;
  if ('reason' in part) return { sequence, arrival, reason: part.reason, bytes: () => part.bytes };
  const validated = plan.validate(part.value);
  if ('reason' in validated) return { sequence, arrival, reason: validated.reason, bytes: () => bytesOf(record, number) };
  return new EventOfRecord(record, number, validated.time ?? arrival, validated.row);
}

/** A valid event. Nearly all are valid, so this is a single object without closures. */
class EventOfRecord implements StreamEvent {
  readonly sequence: string;
  readonly arrival: number;
  readonly time: number;
  readonly row: Row;
  // Plain fields: private ones take longer to create, and every event has such an object.
  private readonly record: DecodedRecord;
  private readonly number: number;

  constructor(record: DecodedRecord, number: number, time: number, row: Row) {
    this.sequence = record.sequence;
    this.arrival = record.arrival;
    this.time = time;
    this.row = row;
    this.record = record;
    this.number = number;
  }

  bytes(): Uint8Array {
    return bytesOf(this.record, this.number);
  }

  partitionKey(): string | undefined {
    return partitionKeyOf(this.record, this.number);
  }
}

/** A late event or dead letter keeps only its own bytes: its neighbours in the record were counted, and must not be sent again with it. */
function bytesOf(record: DecodedRecord, part: number): Uint8Array {
  return record.parts.length === 1 ? record.bytes() : record.partBytes(part);
}
