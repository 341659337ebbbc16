import { type Mutation, mutation } from './mutation.ts';

const BATCH = 'lib/runtime/process-batch.ts';

/** Batches, bad events, deploys. */
export const EVENT_MUTATIONS: readonly Mutation[] = [
  mutation(
    'takenAgain',
    'records that are committed are taken again',
    BATCH,
    'return from <= 0 ? (from === 0 ? incoming : []) : incoming.slice(from);',
    'return incoming;',
  ),
  mutation(
    'anyStream',
    'records of another stream are left out as taken already',
    BATCH,
    '      if (isTaken(first)) await ensureSameStream(runtime, store, stream, { certain: true });\n',
    '',
    'test/runtime/stream-identity.test.ts',
  ),
  mutation(
    'identityByName',
    'a stream of other records is the one that was read before',
    'lib/runtime/stream-identity.ts',
    'else if (known !== identity) {',
    "else if (known.split(',')[0] !== identity.split(',')[0]) {",
    'test/runtime/stream-identity.test.ts',
  ),
  mutation(
    'refuseMost',
    'a batch of which over half is dead is refused, however small',
    BATCH,
    'if (dead < BREAKER_LEAST || dead * 2 <= total) return;',
    'if (dead * 2 <= total) return;',
  ),
  mutation(
    'noBreaker',
    'nothing is refused, however much of it is dead',
    BATCH,
    'if (dead < BREAKER_LEAST || dead * 2 <= total) return;',
    'if (dead < BREAKER_LEAST || dead > 0) return;',
    'test/aws/handlers/bad-input/breaker.test.ts',
  ),
  mutation(
    'breakerForEver',
    'outcomes of an older version count against a new one',
    BATCH,
    'if (state.outcomes.version === entry.version) {',
    'if (state.outcomes.version !== undefined) {',
    'test/aws/handlers/bad-input/breaker.test.ts',
  ),
  mutation(
    'outcomesKept',
    'the outcomes that a task remembers are those of all versions',
    'lib/core/apply.ts',
    'const counts = outcomes.version === entry.version ? [...outcomes.counts] : [];',
    'const counts = [...outcomes.counts];',
    'test/aws/handlers/bad-input/breaker.test.ts',
  ),
  mutation(
    'noAttempts',
    'nothing counts how often a single record is delivered',
    BATCH,
    'return records.length === 1 && trial !== undefined;',
    'return records.length === 0 && trial !== undefined;',
  ),
  mutation(
    'attemptsBlind',
    'a record delivered alone three times is dead, whatever the reason',
    BATCH,
    "delivered >= FREE_DELIVERIES && (await runtime.trial(batch.stream, record)) === 'dies'",
    'delivered >= FREE_DELIVERIES',
  ),
  mutation(
    'failuresHidden',
    'a batch that was not committed is reported as taken',
    'lib/aws/handlers/aggregate-handler.ts',
    'return { batchItemFailures: [{ itemIdentifier: kinesis.sequenceNumber }] };',
    'return ALL_TAKEN;',
  ),
  mutation(
    'lateDropped',
    'a late event leaves no trace',
    'lib/core/step.ts',
    '    if (missed) {',
    '    if (missed && missed.length > context.views.length) {',
  ),
  mutation(
    'deadUncounted',
    'what is dead does not count for the breaker',
    'lib/core/step.ts',
    'if (balance > 0) deadRecords++;',
    'if (balance > 1e9) deadRecords++;',
    'test/aws/handlers/bad-input/breaker.test.ts',
  ),
];
