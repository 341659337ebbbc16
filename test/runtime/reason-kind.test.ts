import { expect, it } from 'vitest';
import { reasonKind } from '../../lib/runtime/reason-kind.ts';

it.each([
  [`not JSON: Unexpected token 'S', "SECRET" is not valid JSON`, 'not JSON'],
  ['column "card": expected a whole number of 64 bits, got the text "SECRET"', 'column "card": expected a whole number of 64 bits'],
  ['column "at": event time "SECRET" is not within the years 1 to 9998', 'column "at": event time'],
  ['event time is 90000001 ms ahead of its arrival, over the 86400000 ms of max_ahead', 'event time is 90000001 ms ahead of its arrival'],
  ['processing failed: no such customer: SECRET', 'processing failed'],
  ['validation failed: SECRET', 'validation failed'],
  ['its values cannot be stored: SECRET', 'its values cannot be stored'],
  ['user.card: Invalid card SECRET', 'the schema refused "user.card"'],
  ['SECRET is no card', 'the schema refused it'],
  ['gzip bomb: the record inflates to more than 10485760 bytes', 'gzip bomb'],
  ['not UTF-8', 'not UTF-8'],
])('%s: %s', (reason, kind) => {
  expect(reasonKind(reason)).toBe(kind);
});
