import { type Mutation, mutation } from './mutation.ts';

const COMMIT = 'lib/runtime/commit.ts';
const FOLLOW = 'lib/runtime/follow.ts';
const LOG = 'lib/store/items/log.ts';
const CHECKPOINT = 'lib/runtime/checkpoint.ts';
const CHECKPOINTS = 'lib/store/items/checkpoints.ts';

/** The log, the state in memory and checkpoints. */
export const LOG_MUTATIONS: readonly Mutation[] = [
  mutation(
    'noPutIfAbsent',
    'an entry is put whatever is there',
    LOG,
    'return table.putIf(item, undefined, beforeEntry);',
    'await table.put(item);\n      return true;',
  ),
  mutation(
    'noDeadline',
    'an entry is written however late its invocation wakes',
    COMMIT,
    'if (runtime.clock.now() <= deadline) return;',
    'if (deadline > 0) return;',
    'test/runtime/deadline.test.ts',
  ),
  mutation(
    'sdkSendsLate',
    'the SDK sends an entry again however late it is by then',
    'lib/aws/dynamodb/dynamo-table.ts',
    'if (beforeSending) beforeEachAttempt(command, beforeSending);',
    'beforeSending?.();',
    'test/aws/dynamodb/dynamo-store.test.ts',
  ),
  mutation(
    'checkpointWithoutAView',
    'code that does not know a view yet writes a checkpoint without it',
    'lib/core/apply.ts',
    'debt.unknownViewAt = written.committedAt;',
    '',
    'test/runtime/checkpoint.test.ts',
  ),
  mutation(
    'piecesGoFirst',
    'pieces of a bucket expire together with it',
    'lib/store/items/checkpoints.ts',
    'set: pieceTimeToLive(expiresAt)',
    'set: timeToLive(expiresAt)',
    'test/store/items/checkpoints.test.ts',
  ),
  mutation(
    'trustMemory',
    'what is in memory is taken for a prefix of the log',
    FOLLOW,
    'const { index, nonce } = held.state;\n',
    'const { index, nonce } = held.state;\n  if (index > 0) return true;\n',
  ),
  mutation(
    'trustExpired',
    'the last entry proves the state in memory even past its expiry',
    FOLLOW,
    ' && first.expiresAt > runtime.clock.now()',
    '',
    'test/runtime/expiry.test.ts',
  ),
  {
    name: 'gapTaken',
    what: 'a gap in the log is passed over',
    edits: [
      { file: FOLLOW, find: ' || hasGap(held, entries)', put: '' },
      { file: 'lib/core/apply.ts', find: 'if (written.index !== state.index + 1) {', put: 'if (written.index <= state.index) {' },
    ],
    test: 'test/runtime/expiry.test.ts',
  },
  {
    name: 'applyBeforeAck',
    what: 'a state takes an entry before it is known to be written',
    edits: [
      {
        file: COMMIT,
        find: '      if (await store.log.append(task, stored, refuseLate)) {\n',
        put: '      apply(views, held.state, entry, { index, nonce, committedAt, bytes: body.length }, held.debt);\n      if (await store.log.append(task, stored, refuseLate)) {\n',
      },
      {
        file: COMMIT,
        find: '        apply(views, held.state, entry, { index, nonce, committedAt, bytes: body.length }, held.debt);\n        runtime',
        put: '        runtime',
      },
    ],
    test: 'test/runtime/acknowledged.test.ts',
  },
  {
    name: 'appliedTwice',
    what: 'a delta is applied twice on replay',
    edits: [
      { file: FOLLOW, find: 'if (entry.index > held.state.index) take', put: 'if (entry.index >= held.state.index) take' },
      { file: 'lib/core/apply.ts', find: 'if (written.index !== state.index + 1) {', put: 'if (written.index > state.index + 1) {' },
    ],
  },
  mutation(
    'weakLog',
    'the log is read eventually consistently',
    LOG,
    'from: indexKey(from), consistent: true }',
    'from: indexKey(from), consistent: false }',
    'test/conformance/store.test.ts',
  ),
  mutation(
    'oneAnswer',
    'a query ends with its first answer',
    'lib/aws/dynamodb/dynamo-table.ts',
    '} while (start && items.length < limit);',
    '} while (start && items.length > limit);',
  ),
  mutation(
    'sharedPieces',
    'pieces of a large body are not named by their writer',
    'lib/store/items/body.ts',
    "partition(item.pk, item.sk, createHash('sha256').update(body).digest('base64url'))",
    "partition(item.pk, item.sk, createHash('sha256').update(item.sk).digest('base64url'))",
    'test/store/items/body.test.ts',
  ),
  mutation(
    'unprocessedLost',
    'unprocessed items of a batch request count as written',
    'lib/aws/dynamodb/batch.ts',
    'left = await send(left);',
    'left = (await send(left)).slice(0, 0);',
  ),
  mutation(
    'checkpointByCount',
    'checkpoints are due by number and size alone, while entries expire',
    CHECKPOINT,
    '(oldestUncovered !== undefined && now - oldestUncovered > limits.logTtl / 4)',
    '(oldestUncovered !== undefined && now < 0)',
  ),
  mutation(
    'bucketInPlace',
    'buckets of a checkpoint are overwritten in place',
    CHECKPOINT,
    'const id = ',
    'const id = String(bucket);\n    void ',
  ),
  mutation(
    'manifestByIndex',
    'a manifest is put if its index rises, whichever is there',
    CHECKPOINTS,
    'return table.putIf(item, previous && { index: previous.index, nonce: previous.nonce });',
    'await table.put(item);\n      return true;',
    'test/conformance/store.test.ts',
  ),
  mutation(
    'bucketExpires',
    'buckets expire from their own writing on',
    CHECKPOINT,
    'ids.push(id);',
    'ids.push(id);\n    await store.checkpoints.expireBuckets(task, [id], runtime.clock.now() + runtime.limits.logTtl);',
  ),
  mutation(
    'nothingDirty',
    'a checkpoint goes on using buckets that have changed',
    'lib/core/checkpoint-debt.ts',
    'this.dirty[hashKey(key) % SLOTS] = 1;',
    'this.dirty[hashKey(key) % SLOTS] = 0;',
  ),
];
