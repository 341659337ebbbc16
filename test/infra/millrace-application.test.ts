import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Stream, StreamEncryption } from 'aws-cdk-lib/aws-kinesis';
import { Key } from 'aws-cdk-lib/aws-kms';
import { describe, expect, test } from 'vitest';
import { MillraceApplication } from '../../infra/constructs/millrace-application.ts';
import { resultsTableSchema, stateTableSchema } from '../../lib/aws/dynamodb/tables.ts';
import { shop, synthesize, twoStreams, unbundledApp } from './synth.ts';

const template = synthesize();

/** The only resource of a type with some properties, with its logical id. */
function only(type: string, of = template, Properties: Record<string, unknown> = {}) {
  const found = Object.entries(of.findResources(type, { Properties }));
  expect(found).toHaveLength(1);
  return found[0] as [string, { Properties: Record<string, unknown>; DeletionPolicy?: string }];
}

type Statement = { Action: string | string[]; Resource: unknown };

/** The statements of the policies of roles whose ids have a name in them. */
function statementsOf(name: string, of = template): Statement[] {
  return Object.entries(of.findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.includes(name))
    .flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement as Statement[]);
}

describe('stream', () => {
  test('by default on demand, encrypted, kept for a week', () => {
    template.hasResourceProperties('AWS::Kinesis::Stream', {
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
      ShardCount: Match.absent(),
      RetentionPeriodHours: 168,
      StreamEncryption: { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' },
    });
  });

  test('kept with its events when it leaves the stack or gets another name, but not when it could not be made', () => {
    template.allResources('AWS::Kinesis::Stream', { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
    synthesize({ streamDefaults: { removalPolicy: RemovalPolicy.DESTROY } }).allResources('AWS::Kinesis::Stream', {
      DeletionPolicy: 'Delete',
    });
  });

  test('with as many shards as said', () => {
    synthesize({ streamDefaults: { shards: 3, streamName: 'clicks' } }).hasResourceProperties('AWS::Kinesis::Stream', {
      Name: 'clicks',
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
      ShardCount: 3,
    });
  });

  test('an existing one is read and none is made', () => {
    const streamArn = 'arn:aws:kinesis:eu-west-1:123456789012:stream/site';
    const existing = synthesize((stack) => ({ streams: { clicks: { stream: Stream.fromStreamArn(stack, 'Site', streamArn) } } }));
    existing.resourceCountIs('AWS::Kinesis::Stream', 0);
    existing.hasResourceProperties('AWS::Lambda::EventSourceMapping', { EventSourceArn: streamArn });
    existing.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { MILLRACE_STREAMS: JSON.stringify({ clicks: streamArn }) } },
    });
    existing.hasOutput('ShopClicksStream', { Value: 'site' });
  });

  test('one of the same stack is read, with its key', () => {
    const shared = synthesize((stack) => {
      const key = new Key(stack, 'Key');
      const site = new Stream(stack, 'Site', { encryption: StreamEncryption.KMS, encryptionKey: key });
      return { streamDefaults: { stream: site } };
    });
    const [site] = only('AWS::Kinesis::Stream', shared);
    expect(site).toMatch(/^Site/);
    shared.hasResourceProperties('AWS::Lambda::EventSourceMapping', { EventSourceArn: { 'Fn::GetAtt': [site, 'Arn'] } });
    for (const role of ['Aggregate', 'Merge']) {
      expect(statementsOf(role, shared)).toContainEqual({
        Action: 'kms:Decrypt',
        Effect: 'Allow',
        Resource: { 'Fn::GetAtt': [only('AWS::KMS::Key', shared)[0], 'Arn'] },
      });
    }
    for (const role of ['Query', 'Sql']) expect(JSON.stringify(statementsOf(role, shared))).not.toMatch(/kms:|kinesis:/);
  });

  test('one of another stack of the CDK app is referred to by its export', () => {
    const app = unbundledApp();
    const site = new Stream(new Stack(app, 'Site'), 'Stream');
    const stack = new Stack(app, 'Test');
    new MillraceApplication(stack, 'Shop', { app: shop, entry: '/app/shop.ts', streams: { clicks: { stream: site } } });
    const reading = Template.fromStack(stack);
    reading.resourceCountIs('AWS::Kinesis::Stream', 0);
    reading.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::ImportValue': Match.stringLikeRegexp('^Site:.*Stream.*Arn') },
    });
  });

  test('one for each the views read', () => {
    const two = synthesize({ app: twoStreams, streams: { 'page-orders': { shards: 2, batchSize: 500 } } });
    two.resourceCountIs('AWS::Kinesis::Stream', 2);
    two.resourceCountIs('AWS::Lambda::EventSourceMapping', 2);
    two.hasResourceProperties('AWS::Kinesis::Stream', { StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
    two.hasResourceProperties('AWS::Kinesis::Stream', { ShardCount: 2 });
    two.hasResourceProperties('AWS::Lambda::EventSourceMapping', { BatchSize: 500 });
    expect(Object.keys(two.findOutputs('*')).sort()).toEqual([
      'ShopApiKeyId',
      'ShopApiUrl',
      'ShopClicksStream',
      'ShopPageOrdersStream',
      'ShopResultsTable',
      'ShopStateTable',
    ]);
  });
});

describe('event source mapping', () => {
  test('retries for ever, halves failed batches, reports what was not committed', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': [only('AWS::Kinesis::Stream')[0], 'Arn'] },
      BatchSize: 10_000,
      MaximumBatchingWindowInSeconds: 5,
      ParallelizationFactor: 1,
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: -1,
      MaximumRecordAgeInSeconds: -1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      StartingPosition: 'TRIM_HORIZON',
    });
  });

  test.each([
    ['LATEST', { StartingPosition: 'LATEST', StartingPositionTimestamp: Match.absent() }, 'LATEST'],
    [
      new Date('2026-01-31T00:00:00Z'),
      // 20,484 days after 1970
      { StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp: 20_484 * 86_400 },
      '2026-01-31T00:00:00.000Z',
    ],
  ] as const)('starts at %s', (startingPosition, mapping, environment) => {
    const started = synthesize({ startingPosition });
    started.hasResourceProperties('AWS::Lambda::EventSourceMapping', mapping);
    for (const file of ['aggregate', 'merge']) {
      started.hasResourceProperties('AWS::Lambda::Function', {
        Handler: `${file}.handler`,
        Environment: { Variables: Match.objectLike({ MILLRACE_STARTING_POSITION: environment }) },
      });
    }
  });
});

describe('tables', () => {
  const properties = (name: string) =>
    Object.entries(template.findResources('AWS::DynamoDB::Table')).find(([id]) => id.startsWith(name))?.[1].Properties;

  test('on demand, encrypted, recoverable, expiring, retained', () => {
    template.resourceCountIs('AWS::DynamoDB::Table', 2);
    template.allResources('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        SSESpecification: { SSEEnabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        DeletionProtectionEnabled: true,
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      },
    });
  });

  test('removed with the stack when asked for', () => {
    synthesize({ tables: { removalPolicy: RemovalPolicy.DESTROY } }).allResources('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Delete',
      Properties: { DeletionProtectionEnabled: false },
    });
  });

  test('that are there already are used, and granted no more', () => {
    const restored = synthesize((stack) => ({ tables: { stateTable: Table.fromTableName(stack, 'Restored', 'restored') } }));
    restored.resourceCountIs('AWS::DynamoDB::Table', 1);
    restored.allResourcesProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ MILLRACE_STATE_TABLE: 'restored' }) },
    });
    const granted = JSON.stringify(restored.findResources('AWS::IAM::Policy'));
    expect(granted.match(/:table\/restored[^"]*/g)?.sort()).toEqual([
      ...Array(4).fill(':table/restored'),
      ':table/restored/index/dead',
      ':table/restored/index/late',
    ]);
    restored.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: Match.stringLikeRegexp('throttled requests to the state'),
    });
    restored.hasOutput('ShopStateTable', { Value: 'restored' });
  });

  test('that are there already are used with the key that they are imported with', () => {
    const tableArn = 'arn:aws:dynamodb:eu-west-1:123456789012:table/restored';
    const keyArn = 'arn:aws:kms:eu-west-1:123456789012:key/0001';
    const restored = synthesize((stack) => {
      const encryptionKey = Key.fromKeyArn(stack, 'Key', keyArn);
      return { tables: { resultsTable: Table.fromTableAttributes(stack, 'Restored', { tableArn, encryptionKey }) } };
    });
    const keyActions = (role: string) =>
      statementsOf(role, restored)
        .filter(({ Resource }) => Resource === keyArn)
        .flatMap(({ Action }) => Action);
    expect(keyActions('Merge')).toEqual(expect.arrayContaining(['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey']));
    expect(keyActions('Query')).toEqual(['kms:Decrypt', 'kms:DescribeKey']);
    expect(keyActions('Aggregate')).toEqual([]);
  });

  test('keys and indexes are those the store asks for', () => {
    const shape = ({ KeySchema, AttributeDefinitions, GlobalSecondaryIndexes }: Record<string, unknown>) => ({
      KeySchema,
      AttributeDefinitions,
      GlobalSecondaryIndexes,
    });
    expect(shape(properties('ShopState'))).toEqual(shape({ ...stateTableSchema('state') }));
    expect(shape(properties('ShopResults'))).toEqual(shape({ ...resultsTableSchema('results') }));
  });
});

describe('functions', () => {
  test('four, on arm64 and Node 24, told where everything is', () => {
    template.resourceCountIs('AWS::Lambda::Function', 4);
    const version = Match.stringLikeRegexp('.+');
    template.allResourcesProperties('AWS::Lambda::Function', {
      Architectures: ['arm64'],
      Runtime: 'nodejs24.x',
      Environment: {
        Variables: Match.objectLike({
          MILLRACE_STATE_TABLE: Match.anyValue(),
          MILLRACE_RESULTS_TABLE: Match.anyValue(),
          MILLRACE_VERSION: version,
          POWERTOOLS_SERVICE_NAME: 'shop',
          POWERTOOLS_METRICS_NAMESPACE: 'Millrace',
        }),
      },
    });
    for (const file of ['aggregate', 'merge', 'query', 'sql']) {
      template.hasResourceProperties('AWS::Lambda::Function', { Handler: `${file}.handler` });
    }
  });

  test('aggregate knows merge and may invoke it', () => {
    const merge = Object.keys(template.findResources('AWS::Lambda::Function', { Properties: { Handler: 'merge.handler' } }))[0] as string;
    template.hasResourceProperties('AWS::Lambda::Function', {
      Handler: 'aggregate.handler',
      Environment: { Variables: Match.objectLike({ MILLRACE_MERGE_FUNCTION: { Ref: merge } }) },
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([{ Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: { 'Fn::GetAtt': [merge, 'Arn'] } }]),
      },
    });
  });

  test('the merge function is invoked each minute', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('Merge'), 'Arn'] } })],
    });
  });

  test('a merge that failed is told by a queue', () => {
    const [queue] = only('AWS::SQS::Queue');
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [queue, 'Arn'] } } },
    });
  });

  test('have no concurrency reserved, unless it is asked for', () => {
    template.allResourcesProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: Match.absent() });
    const reserved = synthesize({ merge: { reservedConcurrency: 3 }, query: { reservedConcurrency: 20 } });
    const of = (file: string) => ({ Handler: `${file}.handler` });
    reserved.hasResourceProperties('AWS::Lambda::Function', { ...of('merge'), ReservedConcurrentExecutions: 3 });
    reserved.hasResourceProperties('AWS::Lambda::Function', { ...of('query'), ReservedConcurrentExecutions: 20 });
    reserved.hasResourceProperties('AWS::Lambda::Function', { ...of('aggregate'), ReservedConcurrentExecutions: Match.absent() });
  });

  test('their logs stay when the stack goes, unless they are not wanted', () => {
    template.allResources('AWS::Logs::LogGroup', { DeletionPolicy: 'RetainExceptOnCreate' });
    synthesize({ logRemovalPolicy: RemovalPolicy.DESTROY }).allResources('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete' });
  });

  test('their logs do not grow for ever', () => {
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
    template.resourceCountIs('AWS::Logs::LogGroup', 5);
  });
});

describe('permissions', () => {
  const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);
  const actionsOf = (name: string, service: string, resource: string) =>
    statementsOf(name)
      .filter(({ Resource }) => JSON.stringify(Resource).includes(resource))
      .flatMap(({ Action }) => list(Action))
      .filter((action) => action.startsWith(`${service}:`));

  test('no statement is for every resource, and no action for every operation', () => {
    const statements = statementsOf('');
    expect(statements.length).toBeGreaterThan(0);
    for (const { Action, Resource } of statements) {
      for (const action of list(Action)) expect(action).not.toContain('*');
      for (const resource of list(Resource)) expect(JSON.stringify(resource)).not.toContain('*');
    }
  });

  test.each(['Query', 'Sql'])('the function %s only reads', (name) => {
    expect(statementsOf(name).length).toBeGreaterThan(0);
    const actions = statementsOf(name).flatMap(({ Action }) => list(Action));
    expect(actions.filter((action) => !/^(dynamodb:(Get|BatchGet|Query)|logs:)/.test(action))).toEqual([]);
    expect(actions.filter((action) => /^dynamodb:(Put|Update|Delete|BatchWrite)/.test(action))).toEqual([]);
  });

  test('the aggregate function does not touch the results', () => {
    expect(actionsOf('Aggregate', 'dynamodb', 'ShopState')).toContain('dynamodb:PutItem');
    expect(actionsOf('Aggregate', 'dynamodb', 'ShopResults')).toEqual([]);
  });

  test('Lambda reads the stream for the aggregate function, without what only fan-out consumers need', () => {
    expect(actionsOf('Aggregate', 'kinesis', 'ShopStream').sort()).toEqual([
      'kinesis:DescribeStream',
      'kinesis:DescribeStreamSummary',
      'kinesis:GetRecords',
      'kinesis:GetShardIterator',
      'kinesis:ListShards',
      'kinesis:SubscribeToShard',
    ]);
  });

  test('nobody changes results, and only the query function looks into the indexes', () => {
    for (const name of ['Aggregate', 'Merge', 'Query', 'Sql']) {
      expect(actionsOf(name, 'dynamodb', 'ShopResults')).not.toContain('dynamodb:UpdateItem');
      expect(actionsOf(name, 'dynamodb', '/index/')).toEqual(name === 'Query' ? ['dynamodb:Query'] : []);
    }
  });

  test('the merge function reads and writes both tables and looks at the stream', () => {
    expect(actionsOf('Merge', 'dynamodb', 'ShopState')).toEqual(expect.arrayContaining(['dynamodb:Query', 'dynamodb:PutItem']));
    expect(actionsOf('Merge', 'dynamodb', 'ShopResults')).toEqual(expect.arrayContaining(['dynamodb:Query', 'dynamodb:PutItem']));
    expect(actionsOf('Merge', 'kinesis', 'ShopStream').sort()).toEqual([
      'kinesis:DescribeStreamSummary',
      'kinesis:GetRecords',
      'kinesis:GetShardIterator',
      'kinesis:ListShards',
    ]);
  });
});

describe('REST API', () => {
  const methods = (of = template) =>
    Object.values(of.findResources('AWS::ApiGateway::Method')).map(({ Properties }) => ({
      method: Properties.HttpMethod,
      key: Properties.ApiKeyRequired ?? false,
      auth: Properties.AuthorizationType,
    }));

  test('asks for an API key, but for the page', () => {
    expect(methods()).toEqual([
      { method: 'GET', key: false, auth: 'NONE' },
      { method: 'GET', key: true, auth: 'NONE' },
      { method: 'GET', key: true, auth: 'NONE' },
      { method: 'POST', key: true, auth: 'NONE' },
    ]);
    template.resourceCountIs('AWS::ApiGateway::ApiKey', 1);
    template.hasResourceProperties('AWS::ApiGateway::UsagePlan', { Throttle: { RateLimit: 50, BurstLimit: 100 } });
    template.resourceCountIs('AWS::ApiGateway::UsagePlanKey', 1);
  });

  test('is throttled and writes an access log', () => {
    template.hasResourceProperties('AWS::ApiGateway::Stage', {
      AccessLogSetting: { DestinationArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('AccessLog'), 'Arn'] } },
      MethodSettings: Match.arrayWith([Match.objectLike({ ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100, LoggingLevel: 'ERROR' })]),
    });
  });

  test('SQL goes to a function of its own, and is throttled more', () => {
    const sql = Object.keys(template.findResources('AWS::Lambda::Function', { Properties: { Handler: 'sql.handler' } }))[0] as string;
    const [resource] = only('AWS::ApiGateway::Resource', template, { PathPart: 'sql' });
    template.hasResourceProperties('AWS::ApiGateway::Method', {
      HttpMethod: 'POST',
      ResourceId: { Ref: resource },
      Integration: { Uri: { 'Fn::Join': ['', Match.arrayWith([{ 'Fn::GetAtt': [sql, 'Arn'] }])] } },
    });
    const settings = (rate: number, burst: number) => ({
      MethodSettings: Match.arrayWith([
        Match.objectLike({ ResourcePath: '/~1v1~1sql', HttpMethod: 'POST', ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst }),
      ]),
    });
    template.hasResourceProperties('AWS::ApiGateway::Stage', settings(5, 10));
    const busy = synthesize({ api: { sqlThrottle: { rateLimit: 20, burstLimit: 40 } } });
    busy.hasResourceProperties('AWS::ApiGateway::Stage', settings(20, 40));
  });

  test.each([
    ['iam', 'AWS_IAM'],
    ['none', 'NONE'],
  ] as const)('auth: %s', (auth, type) => {
    const other = synthesize({ api: { auth, throttle: { rateLimit: 5, burstLimit: 6 } } });
    expect(methods(other)).toEqual(['GET', 'GET', 'GET', 'POST'].map((method) => ({ method, key: false, auth: type })));
    other.resourceCountIs('AWS::ApiGateway::ApiKey', 0);
    other.hasResourceProperties('AWS::ApiGateway::Stage', {
      MethodSettings: Match.arrayWith([Match.objectLike({ ThrottlingRateLimit: 5, ThrottlingBurstLimit: 6 })]),
    });
    expect(Object.keys(other.findOutputs('*'))).not.toContain('ShopApiKeyId');
  });

  test('its own refusals are problems', () => {
    template.hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
      ResponseType: 'INVALID_API_KEY',
      StatusCode: '403',
      ResponseParameters: { 'gatewayresponse.header.Content-Type': "'application/problem+json'" },
    });
  });
});

describe('props that cannot work', () => {
  const stack = new Stack(unbundledApp());
  const existing = Stream.fromStreamArn(stack, 'Site', 'arn:aws:kinesis:eu-west-1:123456789012:stream/site');
  const table = Table.fromTableName(stack, 'Restored', 'restored');
  const key = Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:123456789012:key/0001');
  test.each([
    ['a relative entry', { entry: './shop.ts' }, 'entry must be an absolute path, not "./shop.ts"'],
    ['no application', { app: { name: 'shop' } as never }, "app must be what application('name', { views: […] }) gives"],
    ['options for another stream', { streams: { klicks: {} } }, 'streams has options for "klicks", but "shop" reads "clicks"'],
    ['no time', { startingPosition: new Date('never') }, 'startingPosition is a Date without a time'],
    [
      'less time than trying a record takes',
      { aggregate: { timeout: Duration.seconds(29) } },
      'aggregate.timeout must be at least 30 seconds',
    ],
    [
      'one existing stream for two',
      { app: twoStreams, streamDefaults: { stream: existing } },
      'streamDefaults.stream would make "clicks" and "page-orders" the same stream',
    ],
    [
      'shards of an existing stream',
      { streams: { clicks: { stream: existing, shards: 2 } } },
      'streams["clicks"] has stream, an existing one, and shards, which is for a new one: leave shards out',
    ],
    [
      'a key for an existing stream',
      { streamDefaults: { stream: existing, encryptionKey: key } },
      'streamDefaults has stream, an existing one, and encryptionKey, which is for a new one: import the stream with its key',
    ],
    ['a key for two existing tables', { tables: { stateTable: table, resultsTable: table, encryptionKey: key } }, 'and two existing ones'],
    ['a bad name', { app: { ...shop, name: 'my shop' } }, '"my shop" is not a valid application name'],
  ])('%s', (_, props, message) => {
    expect(() => synthesize(props)).toThrow(message);
  });
});
