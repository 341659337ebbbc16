import type { Row } from './column.ts';
import type { StreamEvent } from './event.ts';

/**
 * A value of a column as the text of a partition key: text as it is, whole numbers in decimal digits, `true` and `false`.
 *
 * @returns `undefined` if there is no value, or one of another type, which has no single text
 */
export function keyText(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      return undefined;
  }
}

/** Whether a partition key hashes into the task's shard; without it, every key does. */
export type HoldsKey = (partitionKey: string) => boolean;

/**
 * Why the events of a key need not all be in this event's shard: its record has another partition key than the column says, or one that
 * hashes elsewhere. A source without partition keys, such as a file, cannot have a wrong one.
 *
 * @param column the column with the partition key
 * @param holds whether a key belongs to the task's shard
 * @returns `undefined` if the event is where all events of its key are
 */
export function partitionKeyProblem(
  column: string,
  event: Pick<StreamEvent, 'row' | 'partitionKey'>,
  holds?: HoldsKey,
): string | undefined {
  const wanted = keyOfRow(column, event.row);
  if (wanted === undefined) return `wrong partition key: column "${column}" is null`;
  const key = event.partitionKey?.();
  if (key === undefined) return undefined;
  if (key !== wanted)
    return `wrong partition key: the record has ${JSON.stringify(key)}, and column "${column}" is ${JSON.stringify(wanted)}`;
  if (holds && !holds(key))
    return `wrong shard: partition key ${JSON.stringify(key)} hashes into another one, so the record was put with an explicit hash key, or aggregated with records of other shards`;
  return undefined;
}

/** The partition key that a row should have. */
export function keyOfRow(column: string, row: Row): string | undefined {
  return keyText(Object.hasOwn(row, column) ? row[column] : undefined);
}
