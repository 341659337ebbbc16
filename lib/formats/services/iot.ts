import { formatInstant } from '../../core/instant.ts';
import { type Envelope, envelopes, isEnvelope } from '../envelope.ts';
import type { Format } from '../format.ts';

/**
 * The records of an IoT Core rule. Messages have the fields of the rule's SQL (`SELECT *, topic(3) AS device, timestamp() AS at FROM …`). For
 * documents of device shadows (topics `…/shadow/update/accepted` and `…/shadow/update/documents`), the fields are `reported`, `desired`,
 * `previous_reported`, `previous_desired`, `version`, `at` (ISO 8601), and any others that the rule selects.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/device-shadow-document.html
 */
export const IOT: Format = envelopes('iot', (message) => {
  const { previous, current, state, metadata, timestamp, version, ...rest } = message;
  const after = isEnvelope(current) ? current : { state, version };
  // Seconds; anything else is a message of the device's own.
  if (!isEnvelope(after.state) || typeof timestamp !== 'number' || !(timestamp >= 0 && timestamp < 1e11)) return [{ value: message }];
  const before = isEnvelope(previous) ? previous.state : undefined;
  return [
    {
      value: {
        ...rest,
        ...stateOf(after.state, ''),
        ...stateOf(before, 'previous_'),
        version: after.version ?? version ?? null,
        at: formatInstant(Math.floor(timestamp * 1000)),
      },
    },
  ];
});

function stateOf(state: unknown, prefix: string): Envelope {
  const { reported = null, desired = null } = isEnvelope(state) ? state : {};
  return { [`${prefix}reported`]: reported, [`${prefix}desired`]: desired };
}
