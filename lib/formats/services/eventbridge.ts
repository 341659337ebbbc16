import { envelopes } from '../envelope.ts';
import type { Format } from '../format.ts';

/**
 * The records of an EventBridge rule: `id`, `detail_type`, `source`, `account`, `time`, `region`, `resources`, and the event itself as `detail`.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
 */
export const EVENTBRIDGE: Format = envelopes('eventbridge', (envelope) => {
  const { 'detail-type': detailType, 'replay-name': replayName, version, ...rest } = envelope;
  if (typeof detailType !== 'string' || !('detail' in rest)) return 'it has no detail-type and detail';
  return [{ value: { ...rest, detail_type: detailType, ...(replayName !== undefined && { replay_name: replayName }) } }];
});
