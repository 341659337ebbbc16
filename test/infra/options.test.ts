import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { readOptions, readProps } from '../../infra/options.ts';
import { testApp } from './synth.ts';

function read(given: Record<string, string>) {
  const context = (name: string) => ({ app: 'shop.ts', ...given })[name];
  return { ...readOptions(context), props: readProps(context, new Stack(testApp())) };
}

test('only the application must be named', () => {
  expect(read({})).toEqual({ file: 'shop.ts', stackName: undefined, props: {} });
});

test('options become props', () => {
  const { props, ...target } = read({
    stack: 'Shop',
    shards: '4',
    'batch-size': '500',
    'starting-position': '2026-01-31T12:00:00+01:00',
    auth: 'iam',
    'removal-policy': 'destroy',
  });
  expect(target).toEqual({ file: 'shop.ts', stackName: 'Shop' });
  expect(props).toEqual({
    streamDefaults: { shards: 4, batchSize: 500, removalPolicy: RemovalPolicy.DESTROY },
    logRemovalPolicy: RemovalPolicy.DESTROY,
    startingPosition: new Date(Date.UTC(2026, 0, 31, 11)),
    api: { auth: 'iam' },
    tables: { removalPolicy: RemovalPolicy.DESTROY },
  });
});

test('existing resources are imported', () => {
  const streamArn = 'arn:aws-cn:kinesis:cn-north-1:123456789012:stream/site';
  const { props } = read({
    'existing-stream-arn': streamArn,
    'existing-state-table': 'shop-state-restored',
    'existing-results-table': 'shop-results',
  });
  expect(props.streamDefaults?.stream).toMatchObject({ streamArn, streamName: 'site' });
  expect(props.tables?.stateTable?.tableName).toBe('shop-state-restored');
  expect(props.tables?.resultsTable?.tableName).toBe('shop-results');
});

test.each([
  ['app', '', '-c app=FILE is missing: name the application’s file, e.g. npx cdk deploy -c app=examples/clickstream/app.ts'],
  ['shards', 'two', '-c shards=two: it must be a whole number from 1 to 10000'],
  ['shards', '0', '-c shards=0: it must be'],
  ['shards', '', '-c shards=: it must be'],
  ['batch-size', '10001', '-c batch-size=10001: it must be a whole number from 1 to 10000'],
  ['auth', 'password', '-c auth=password: it must be api-key, iam, none'],
  ['removal-policy', 'keep', '-c removal-policy=keep: it must be retain, destroy'],
  ['existing-state-table', 'a/b', '-c existing-state-table=a/b: it must be the name of a DynamoDB table'],
  ['existing-stream-arn', 'clicks', '-c existing-stream-arn=clicks: it must be like arn:aws:kinesis:'],
  ['starting-position', 'yesterday', '-c starting-position=yesterday: it must be TRIM_HORIZON, LATEST or an ISO 8601 time'],
])('-c %s=%s is refused', (name, value, message) => {
  expect(() => read({ [name]: value })).toThrow(message);
});
