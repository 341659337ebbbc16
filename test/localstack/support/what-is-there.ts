import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { KinesisClient, ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { LambdaClient, ListEventSourceMappingsCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { createDynamoClient } from '../../../lib/aws/dynamodb/dynamo-client.ts';
import { clientOptions } from './endpoint.ts';

/** How many things of each kind an account has of a stack, by its name, which is the beginning of theirs. */
export async function whatIsThere(endpoint: string, stack: string): Promise<Record<string, number>> {
  const options = clientOptions(endpoint);
  const lambda = new LambdaClient(options);
  const [{ TableNames }, { StreamNames }, { Functions }, { EventSourceMappings }, { Roles }, { logGroups }] = await Promise.all([
    createDynamoClient(options).send(new ListTablesCommand({})),
    new KinesisClient({ ...options, requestHandler: new NodeHttpHandler() }).send(new ListStreamsCommand({})),
    lambda.send(new ListFunctionsCommand({})),
    lambda.send(new ListEventSourceMappingsCommand({})),
    new IAMClient(options).send(new ListRolesCommand({})),
    new CloudWatchLogsClient(options).send(new DescribeLogGroupsCommand({})),
  ]);
  const ofStack = (names: readonly (string | undefined)[] = []) => names.filter((name) => name?.includes(`${stack}-`)).length;
  return {
    tables: ofStack(TableNames),
    streams: ofStack(StreamNames),
    functions: ofStack(Functions?.map(({ FunctionName }) => FunctionName)),
    mappings: ofStack(EventSourceMappings?.map(({ FunctionArn }) => FunctionArn)),
    // API Gateway's own, by which it writes logs, is the account's.
    roles: ofStack(Roles?.map(({ RoleName }) => RoleName).filter((name) => !name?.includes('CloudWatc'))),
    // LocalStack's own, which no template made, aside.
    logGroups: ofStack(logGroups?.map(({ logGroupName }) => logGroupName).filter((name) => !name?.startsWith('/aws/lambda/'))),
  };
}
