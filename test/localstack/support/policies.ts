import { GetRolePolicyCommand, IAMClient, ListAttachedRolePoliciesCommand, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { clientOptions } from './endpoint.ts';

/** An action on a resource, by the names that recorded calls have. */
export interface Permission {
  readonly action: string;
  readonly resource: string;
}

/** What Lambda does with a function's role: it writes logs, reads streams, and sends the events of failed asynchronous invocations to a queue. */
const BY_LAMBDA: Readonly<Record<string, RegExp>> = {
  Aggregate: /^kinesis:(?:DescribeStream|DescribeStreamSummary|GetRecords|GetShardIterator|ListShards|SubscribeToShard)$/,
  Merge: /^sqs:(?:GetQueueAttributes|GetQueueUrl|SendMessage)$/,
};
const LOGS = /^logs:(?:CreateLogStream|PutLogEvents)$/;

/** What happens too rarely for a test of minutes; the store's conformance suite has it. */
const RARELY: Readonly<Record<string, RegExp>> = {
  // A bucket of a checkpoint that does not fit into an item; the tick checkpoints a log that is a week old.
  // A window whose pages were begun by an invocation that ran out of time: what is there is not written again.
  Merge: /^dynamodb:BatchWriteItem .*State|^dynamodb:(?:Query|BatchGetItem) .*Results/,
  // A page of results that does not fit into an item.
  Query: /^dynamodb:BatchGetItem .*Results/,
  Sql: /^dynamodb:BatchGetItem .*Results/,
};

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

/** What a deployed role may do, action by action and resource by resource. */
export async function permissionsOf(endpoint: string, roleArn: string): Promise<Permission[]> {
  const iam = new IAMClient(clientOptions(endpoint));
  const RoleName = roleArn.split('/').at(-1);
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  if (AttachedPolicies.length > 0) throw new Error(`${RoleName} has managed policies, which allow more than is known here`);
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  const found: Permission[] = [];
  for (const PolicyName of PolicyNames) {
    const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    const { Statement: statements } = JSON.parse(decodeURIComponent(PolicyDocument)) as { Statement: readonly Statement[] };
    for (const { Effect, Action, Resource } of statements) {
      if (Effect !== 'Allow') throw new Error(`${PolicyName} has a statement with the effect ${Effect}`);
      for (const action of [Action].flat()) {
        for (const resource of [Resource].flat()) found.push({ action, resource: nameOf(resource) });
      }
    }
  }
  return found;
}

export function isSame(a: Permission, b: Permission): boolean {
  return a.action === b.action && a.resource === b.resource;
}

/** Whether a permission of a function is needed though the function was not seen to use it. */
export function isUsedOtherwise(name: string, { action, resource }: Permission): boolean {
  return LOGS.test(action) || BY_LAMBDA[name]?.test(action) === true || RARELY[name]?.test(`${action} ${resource}`) === true;
}

/** `table/T/index/i` of a table's index, else the last part of an ARN: a table, stream, function or log group. */
function nameOf(arn: string): string {
  return arn.replace(/^arn:[^:]*:(?:dynamodb|kinesis|lambda|logs):[^:]*:[^:]*:(?:table\/|stream\/|function:|log-group:)/, '');
}
