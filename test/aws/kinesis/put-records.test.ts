import { type KinesisClient, KinesisServiceException, type PutRecordsCommand, ResourceNotFoundException } from '@aws-sdk/client-kinesis';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { putRecords, putRequests } from '../../../lib/aws/kinesis/put-records.ts';

const record = (name: string, bytes = 1) => ({ Data: Buffer.alloc(bytes, name), PartitionKey: name });

/** A Kinesis whose answers are given: an error to throw, or an error code for each record it refuses. */
function answering(...answers: (Error | Readonly<Record<string, string>>)[]) {
  const asked: string[][] = [];
  const client = {
    async send({ input }: PutRecordsCommand) {
      const names = (input.Records ?? []).map(({ PartitionKey }) => String(PartitionKey));
      asked.push(names);
      const answer = answers.shift() ?? {};
      if (answer instanceof Error) throw answer;
      return { Records: names.map((name) => (answer[name] ? { ErrorCode: answer[name] } : { SequenceNumber: '1' })) };
    },
  } as unknown as KinesisClient;
  return { client, asked };
}

const METADATA = { $metadata: {}, message: 'no' };
const THROTTLED = 'ProvisionedThroughputExceededException';
const states = async (client: KinesisClient, names: string) =>
  (
    await putRecords(
      client,
      's',
      [...names].map((name) => record(name)),
    )
  ).map(({ state }) => state);

describe('putRecords', () => {
  it('puts again only what was refused, until all is taken', async () => {
    const { client, asked } = answering({ b: THROTTLED, c: 'InternalFailure' }, { c: THROTTLED });
    expect(await states(client, 'abcd')).toEqual(['put', 'put', 'put', 'put']);
    expect(asked).toEqual([['a', 'b', 'c', 'd'], ['b', 'c'], ['c']]);
  });

  it('gives up after a bounded number of attempts, and says why', async () => {
    const { client, asked } = answering(...Array.from({ length: 50 }, () => ({ b: THROTTLED })));
    expect(await putRecords(client, 's', [record('a'), record('b')])).toEqual([{ state: 'put' }, { state: 'refused', reason: THROTTLED }]);
    expect(asked).toHaveLength(8);
  }, 30_000);

  it('puts a whole request again that Kinesis refused', async () => {
    const refused = new KinesisServiceException({ ...METADATA, name: THROTTLED, $fault: 'client' });
    const { client, asked } = answering(refused);
    expect(await states(client, 'ab')).toEqual(['put', 'put']);
    expect(asked).toHaveLength(2);
  });

  it('puts nothing again after a request without an answer: it may be there', async () => {
    const { client, asked } = answering({ b: THROTTLED }, new Error('socket hang up'));
    expect(await states(client, 'ab')).toEqual(['put', 'unknown']);
    expect(asked).toHaveLength(2);
    const failed = new KinesisServiceException({ ...METADATA, name: 'InternalFailureException', $fault: 'server' });
    expect(await states(answering(failed).client, 'ab')).toEqual(['unknown', 'unknown']);
  });

  it('stops when it is interrupted', async () => {
    const interruption = new AbortController();
    interruption.abort();
    const { client, asked } = answering();
    expect(await putRecords(client, 's', [record('a')], interruption.signal)).toEqual([{ state: 'refused', reason: 'it was not tried' }]);
    expect(asked).toEqual([]);
  });

  it('says that there is no such stream', async () => {
    const { client } = answering(new ResourceNotFoundException(METADATA));
    await expect(putRecords(client, 'sales', [record('a')])).rejects.toThrow('Kinesis has no stream "sales"');
  });
});

it('requests keep within 500 records and 5 MiB, and lose none', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 1024 * 1024 }), { maxLength: 30 });
  const many = fc.integer({ min: 0, max: 1200 }).map((count) => Array.from({ length: count }, () => 1));
  fc.assert(
    fc.property(fc.oneof(sizes, many), (bytes) => {
      const records = bytes.map((size, i) => ({ Data: { length: size } as Uint8Array, PartitionKey: String(i) }));
      const requests = [...putRequests(records)];
      expect(requests.flat()).toEqual(records);
      for (const request of requests) {
        expect(request.length).toBeGreaterThan(0);
        expect(request.length).toBeLessThanOrEqual(500);
        const total = request.reduce((sum, { Data, PartitionKey }) => sum + Data.length + PartitionKey.length, 0);
        expect(total).toBeLessThanOrEqual(5 * 1024 * 1024);
      }
    }),
  );
});
