import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRecords } from '../../../lib/aws/kinesis/decode-records.ts';
import { namedFormat } from '../../../lib/formats/named.ts';
import { kinesisRecord } from '../../aws/kinesis/records.ts';
import { putBack, valuesOf } from '../support.ts';

const format = (name: string) => {
  const found = namedFormat(name);
  if (!found) throw new Error(`there is no format ${name}`);
  return found;
};
const json = JSON.stringify;

describe('cloudwatch-logs', () => {
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#DestinationKinesisExample
  const envelope = {
    owner: '111111111111',
    logGroup: 'CloudTrail/logs',
    logStream: '111111111111_CloudTrail/logs_us-east-1',
    subscriptionFilters: ['Destination'],
    messageType: 'DATA_MESSAGE',
    logEvents: [
      {
        id: '31953106606966983378809025079804211143289615424298221568',
        timestamp: 1432826855000,
        message: '{"eventVersion":"1.03","userIdentity":{"type":"Root"}',
      },
      {
        id: '31953106606966983378809025079804211143289615424298221569',
        timestamp: 1432826855000,
        message: '{"eventVersion":"1.03","userIdentity":{"type":"Root"}}',
      },
      {
        id: '31953106606966983378809025079804211143289615424298221570',
        timestamp: 1432826856000,
        message: 'ERROR out of memory',
        extractedFields: { level: 'ERROR' },
      },
    ],
  };
  const control = {
    ...envelope,
    owner: 'CloudwatchLogs',
    messageType: 'CONTROL_MESSAGE',
    logEvents: [{ id: '', timestamp: 1432826855000, message: 'CWL CONTROL MESSAGE: Checking health of destination Firehose.' }],
  };
  const logs = format('cloudwatch-logs');

  it('gives each log event with where it is from, and its message as JSON where it is an object', () => {
    const common = { log_group: 'CloudTrail/logs', log_stream: '111111111111_CloudTrail/logs_us-east-1', owner: '111111111111' };
    expect(valuesOf(logs, gzipSync(json(envelope)))).toEqual([
      { ...envelope.logEvents[0], ...common, extracted_fields: null, json: null },
      { ...envelope.logEvents[1], ...common, extracted_fields: null, json: { eventVersion: '1.03', userIdentity: { type: 'Root' } } },
      {
        id: envelope.logEvents[2]?.id,
        timestamp: 1432826856000,
        message: 'ERROR out of memory',
        ...common,
        extracted_fields: { level: 'ERROR' },
        json: null,
      },
    ]);
    expect(putBack(logs, gzipSync(json(envelope)))).toEqual(valuesOf(logs, json(envelope)).map((event) => [event]));
  });

  it('skips control messages', () => {
    expect(valuesOf(logs, gzipSync(json(control)))).toEqual([]);
    const [record] = decodeRecords([kinesisRecord(gzipSync(json(control)))], { format: logs });
    expect(record?.parts).toEqual([]);
  });

  it('takes what inflates to more than 10 MB, which log lines do, and refuses a bomb', () => {
    const line = { id: '1', timestamp: 1432826855000, message: 'x'.repeat(1000) };
    const large = { ...envelope, logEvents: Array(12_000).fill(line) };
    const payload = gzipSync(json(large));
    expect(json(large).length).toBeGreaterThan(12_000_000);
    const [record] = decodeRecords([kinesisRecord(payload)], { format: logs });
    expect(record?.parts).toHaveLength(12_000);
    const [bomb] = decodeRecords([kinesisRecord(gzipSync(Buffer.alloc(40 * 1024 * 1024, 0x20)))], { format: logs });
    expect(bomb?.parts).toEqual([{ reason: expect.stringContaining('gzip bomb'), bytes: expect.any(Uint8Array) }]);
  });
});

describe('eventbridge', () => {
  // https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
  const event = {
    version: '0',
    id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
    'detail-type': 'EC2 Instance State-change Notification',
    source: 'aws.ec2',
    account: '111122223333',
    time: '2017-12-22T18:43:48Z',
    region: 'us-west-1',
    resources: ['arn:aws:ec2:us-west-1:123456789012:instance/i-1234567890abcdef0'],
    detail: { 'instance-id': ' i-1234567890abcdef0', state: 'terminated' },
  };

  it('has names that are columns', () => {
    const { version: _, 'detail-type': type, ...rest } = event;
    expect(valuesOf(format('eventbridge'), json(event))).toEqual([{ ...rest, detail_type: type }]);
  });
});

describe('dynamodb-stream', () => {
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/kds_using-shards-and-metrics.html and
  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
  const record = (dynamodb: object, eventName = 'MODIFY') => ({
    awsRegion: 'us-east-1',
    eventID: '6daa8b2a-bb4c-4c39-9eb4-c8d2df36fcf5',
    eventName,
    userIdentity: null,
    recordFormat: 'application/json',
    tableName: 'orders',
    dynamodb: { ApproximateCreationDateTime: 1636057604500, Keys: { id: { S: 'o1' } }, SizeBytes: 119, ...dynamodb },
    eventSource: 'aws:dynamodb',
  });
  const changes = format('dynamodb-stream');

  it('gives both images as plain JSON', () => {
    const image = {
      id: { S: 'o1' },
      total: { N: '12.5' },
      count: { N: '9007199254740993' },
      digits: { N: '3.1415926535897932384626' },
      tiny: { N: '0.000001' },
      paid: { BOOL: false },
      note: { NULL: true },
      raw: { B: 'dGhpcw==' },
      tags: { SS: ['a', 'b'] },
      sizes: { NS: ['1', '2.5'] },
      lines: { L: [{ M: { sku: { S: 'x' }, n: { N: '2' } } }] },
    };
    expect(valuesOf(changes, json(record({ NewImage: image, OldImage: { id: { S: 'o1' } } })))).toEqual([
      {
        event_id: '6daa8b2a-bb4c-4c39-9eb4-c8d2df36fcf5',
        event_name: 'MODIFY',
        table_name: 'orders',
        at: '2021-11-04T20:26:44.500Z',
        keys: { id: 'o1' },
        new: {
          id: 'o1',
          total: 12.5,
          count: 9007199254740993n,
          digits: '3.1415926535897932384626',
          tiny: 0.000001,
          paid: false,
          note: null,
          raw: 'dGhpcw==',
          tags: ['a', 'b'],
          sizes: [1, 2.5],
          lines: [{ sku: 'x', n: 2 }],
        },
        old: { id: 'o1' },
        size_bytes: 119,
        user_identity: null,
      },
    ]);
  });

  it('reads microseconds where the record says so, and has no image where none is captured', () => {
    const micro = { ApproximateCreationDateTime: 1636057604500123, ApproximateCreationDateTimePrecision: 'MICROSECOND' };
    expect(valuesOf(changes, json(record(micro, 'REMOVE')))).toMatchObject([{ at: '2021-11-04T20:26:44.500Z', new: null, old: null }]);
  });

  it.each([{ S: 'a', N: '1' }, { X: 1 }, {}, 'a', { N: 5 }])('is dead with an attribute that is none: %j', (attribute) => {
    expect(valuesOf(changes, json(record({ NewImage: { id: attribute } })))).toEqual([
      expect.stringMatching(/^dead: not of format 'dynamodb-stream'/),
    ]);
  });

  it('rounds no number: doubles are as they are written, to the last digit', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }).map(String), fc.bigInt().map(String)), (text) => {
        const [value] = valuesOf(changes, json(record({ NewImage: { n: { N: text } } }))) as [{ new: { n: number | bigint | string } }];
        const { n } = value.new;
        expect(typeof n === 'number' ? n === Number(text) && (Number.isSafeInteger(n) || !/^-?\d+$/.test(text)) : String(n) === text).toBe(
          true,
        );
      }),
    );
  });
});

describe('dms', () => {
  // https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.Kinesis.html#CHAP_Target.Kinesis.Messageformat
  const metadata = {
    timestamp: '2019-03-26T19:10:51.912363Z',
    'record-type': 'data',
    operation: 'update',
    'partition-key-type': 'primary-key',
    'schema-name': 'public',
    'table-name': 'employee',
    'transaction-id': 87978110091475,
  };
  const change = { data: { empno: 1, fname: 'fname-new' }, 'before-image': { fname: 'fname-old' }, metadata };

  it('gives the row, the row before and what happened, and skips control records', () => {
    const control = { metadata: { ...metadata, 'record-type': 'control', operation: 'create-table' } };
    expect(valuesOf(format('dms'), `${json(control)}\n${json(change)}`)).toEqual([
      {
        operation: 'update',
        schema_name: 'public',
        table_name: 'employee',
        timestamp: '2019-03-26T19:10:51.912363Z',
        transaction_id: 87978110091475,
        data: { empno: 1, fname: 'fname-new' },
        before: { fname: 'fname-old' },
      },
    ]);
  });
});

describe('iot', () => {
  // https://docs.aws.amazon.com/iot/latest/developerguide/device-shadow-mqtt.html#update-documents-pub-sub-topic
  const documents = {
    previous: {
      state: { desired: { color: 'RED' }, reported: { color: 'GREEN' } },
      metadata: { desired: { color: { timestamp: 1483467764 } } },
      version: 4,
    },
    current: {
      state: { desired: { color: 'RED' }, reported: { color: 'RED' } },
      metadata: { reported: { color: { timestamp: 1483467764 } } },
      version: 5,
    },
    timestamp: 1483467764,
    clientToken: 'token',
  };

  it('takes messages as the rule makes them, and unwraps shadows', () => {
    expect(valuesOf(format('iot'), '{"device":"d1","temperature":21.5,"at":1483467764123}')).toEqual([
      { device: 'd1', temperature: 21.5, at: 1483467764123 },
    ]);
    expect(valuesOf(format('iot'), json(documents))).toEqual([
      {
        clientToken: 'token',
        reported: { color: 'RED' },
        desired: { color: 'RED' },
        previous_reported: { color: 'GREEN' },
        previous_desired: { color: 'RED' },
        version: 5,
        at: '2017-01-03T18:22:44.000Z',
      },
    ]);
    const accepted = { state: { reported: { on: true } }, metadata: {}, version: 7, timestamp: 1483467764, thing: 'lamp' };
    expect(valuesOf(format('iot'), json(accepted))).toMatchObject([{ thing: 'lamp', reported: { on: true }, desired: null, version: 7 }]);
    expect(valuesOf(format('iot'), '{"state":"on","timestamp":5}')).toEqual([{ state: 'on', timestamp: 5 }]);
  });
});

describe.each(['cloudwatch-logs', 'eventbridge', 'dynamodb-stream', 'dms'])('%s', (name) => {
  it('is dead for what is none of it, and only that', () => {
    const found = valuesOf(format(name), '{"a":1}\n[]\n7\n{');
    expect(found).toEqual(
      [expect.stringContaining(`not of format '${name}'`), expect.any(String), expect.stringContaining('dead: not JSON')].slice(
        0,
        found.length,
      ),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (values) => {
        expect(Array.isArray(valuesOf(format(name), values.map((value) => json(value)).join('\n') || '{}'))).toBe(true);
      }),
    );
  });
});
