import { parseJson } from '../../core/json.ts';
import { type Envelope, envelopes, isEnvelope } from '../envelope.ts';
import { type Format, MOST_EVENTS, TOO_MANY_EVENTS } from '../format.ts';

/** Compressed log lines inflate to much more than other payloads. */
const MOST_INFLATED = 32 * 1024 * 1024;

/**
 * The records of a CloudWatch Logs subscription filter: gzip with the events of a log stream. Each is an event with `id`, `timestamp`
 * (milliseconds), `message`, `log_group`, `log_stream`, `owner`, `extracted_fields`, and `json`: its message, if that is a JSON object.
 * Control messages, with which the service tests the destination, have no events.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
 */
export const CLOUDWATCH_LOGS: Format = envelopes(
  'cloudwatch-logs',
  (envelope) => {
    const { messageType, owner, logGroup, logStream, logEvents } = envelope;
    if (messageType === 'CONTROL_MESSAGE') return [];
    if (messageType !== 'DATA_MESSAGE' || !Array.isArray(logEvents)) return 'it has no messageType DATA_MESSAGE with logEvents';
    if (logEvents.length > MOST_EVENTS) return TOO_MANY_EVENTS;
    return (logEvents as unknown[]).map((given) => {
      const event = isEnvelope(given) ? given : {};
      const { id, timestamp, message, extractedFields = null } = event;
      const value: Envelope = {
        id,
        timestamp,
        message,
        log_group: logGroup,
        log_stream: logStream,
        owner,
        extracted_fields: extractedFields,
        json: objectIn(message),
      };
      return { value, ...(logEvents.length > 1 && { alone: { ...envelope, logEvents: [given] } }) };
    });
  },
  { mostInflated: MOST_INFLATED },
);

/** The JSON object that a line of a log is, or `null`. */
function objectIn(message: unknown): unknown {
  if (typeof message !== 'string' || !message.trimStart().startsWith('{')) return null;
  try {
    const value = parseJson(message);
    return isEnvelope(value) ? value : null;
  } catch {
    return null;
  }
}
