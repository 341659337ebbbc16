import { formatInstant } from '../../core/instant.ts';
import { type Envelope, envelopes, isEnvelope } from '../envelope.ts';
import type { Format } from '../format.ts';

/**
 * The records of a DynamoDB table in its Kinesis data stream: `event_id`, `event_name` (`INSERT`, `MODIFY`, `REMOVE`), `table_name`, `at` (when
 * the change was made, ISO 8601), `keys`, `new` and `old` (the item after and before, plain JSON; `null` when there is none or it is not
 * captured), `size_bytes`, `user_identity` (for deletions by time to live).
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/kds_using-shards-and-metrics.html
 */
export const DYNAMODB_STREAM: Format = envelopes('dynamodb-stream', ({ eventID, eventName, tableName, userIdentity = null, dynamodb }) => {
  if (typeof eventName !== 'string' || !isEnvelope(dynamodb)) return 'it has no eventName and dynamodb';
  const { ApproximateCreationDateTime: created, ApproximateCreationDateTimePrecision: precision, Keys, NewImage, OldImage } = dynamodb;
  const ms = Number(created) / (precision === 'MICROSECOND' ? 1000 : 1);
  if (!(Math.abs(ms) <= 8.64e15)) return 'it has no ApproximateCreationDateTime';
  try {
    return [
      {
        value: {
          event_id: eventID,
          event_name: eventName,
          table_name: tableName,
          at: formatInstant(Math.floor(ms)),
          keys: plainItem(Keys),
          new: plainItem(NewImage),
          old: plainItem(OldImage),
          size_bytes: dynamodb.SizeBytes ?? null,
          user_identity: userIdentity,
        },
      },
    ];
  } catch (error) {
    return (error as Error).message;
  }
});

function plainItem(item: unknown): Envelope | null {
  if (item === undefined || item === null) return null;
  if (!isEnvelope(item)) throw new TypeError('an image is no object');
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plainValue(value)]));
}

/**
 * An attribute without its type: a number where a double or a BigInt of 64 bits holds it, else its digits as text; sets as arrays; bytes
 * in base64, as they come.
 */
function plainValue(attribute: unknown): unknown {
  const [[type, value] = [], ...more] = isEnvelope(attribute) ? Object.entries(attribute) : [];
  if (type === undefined || more.length > 0) throw new TypeError('an attribute has no type');
  if (type === 'S' || type === 'B' || type === 'BOOL' || type === 'SS' || type === 'BS') return value;
  if (type === 'N') return plainNumber(value);
  if (type === 'NULL') return null;
  if (type === 'NS' && Array.isArray(value)) return value.map(plainNumber);
  if (type === 'L' && Array.isArray(value)) return value.map(plainValue);
  if (type === 'M') return plainItem(value);
  throw new TypeError(`an attribute has the type ${type}, which DynamoDB does not have`);
}

const MOST_BIGINT = 2n ** 63n;

function plainNumber(text: unknown): unknown {
  if (typeof text !== 'string') throw new TypeError('a number is no text');
  const number = Number(text);
  if (Number.isSafeInteger(number)) return number;
  if (/^-?\d{1,40}$/.test(text)) {
    const whole = BigInt(text);
    return whole >= -MOST_BIGINT && whole < MOST_BIGINT ? whole : text;
  }
  // 38 digits may be more than a double has.
  return Number.isFinite(number) && digitsOf(String(number)) === digitsOf(text) ? number : text;
}

/** The digits of a number that count. */
function digitsOf(text: string): string {
  return text
    .replace(/e.*/i, '')
    .replace(/[-+.]/g, '')
    .replace(/^0+|0+$/g, '');
}
