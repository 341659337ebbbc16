import { APIGatewayClient, GetApiKeyCommand } from '@aws-sdk/client-api-gateway';
import { CloudFormationClient, DescribeStacksCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { cdk } from './cdk.ts';
import { clientOptions } from './endpoint.ts';

/** A stack on LocalStack, as its user sees it. */
export interface Deployment {
  readonly stack: string;
  /** where its REST API is */
  readonly url: string;
  readonly apiKey: string;
  /** the value of an output: `ClicksStream`, `StateTable` */
  output(name: string): string;
  /** the physical id of a resource, by its path in the construct: `FunctionsAggregateFunction` */
  resource(logical: string): string;
}

/** `cdk deploy`, then what came of it. */
export async function deploy(endpoint: string, stack: string, ...options: readonly string[]): Promise<Deployment> {
  await cdk(endpoint, 'deploy', stack, '--require-approval', 'never', ...options);
  return describeDeployment(endpoint, stack);
}

/** `cdk destroy`. */
export async function destroy(endpoint: string, stack: string, ...options: readonly string[]): Promise<void> {
  await cdk(endpoint, 'destroy', stack, '--force', ...options);
}

async function describeDeployment(endpoint: string, stack: string): Promise<Deployment> {
  const cloudFormation = new CloudFormationClient(clientOptions(endpoint));
  const described = await cloudFormation.send(new DescribeStacksCommand({ StackName: stack }));
  const outputs = new Map(described.Stacks?.[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  const { StackResourceSummaries = [] } = await cloudFormation.send(new ListStackResourcesCommand({ StackName: stack }));
  const output = (name: string) => found(outputs.get(`Millrace${name}`), `${stack} has no output ${name}`);
  return {
    stack,
    url: reachable(endpoint, output('ApiUrl')),
    apiKey: await keyOf(endpoint, output('ApiKeyId')),
    output,
    resource(logical) {
      const id = new RegExp(`^Millrace${logical}[0-9A-F]{8}$`);
      const only = StackResourceSummaries.find(({ LogicalResourceId = '' }) => id.test(LogicalResourceId));
      return found(only?.PhysicalResourceId, `${stack} has no resource ${logical}`);
    },
  };
}

/** The host names of LocalStack's REST APIs resolve on no machine that cannot ask a public name server. */
function reachable(endpoint: string, url: string): string {
  const { hostname, pathname } = new URL(url);
  return `${endpoint}/_aws/execute-api/${hostname.split('.')[0]}${pathname}`;
}

async function keyOf(endpoint: string, apiKey: string): Promise<string> {
  const { value } = await new APIGatewayClient(clientOptions(endpoint)).send(new GetApiKeyCommand({ apiKey, includeValue: true }));
  return found(value, `there is no API key ${apiKey}`);
}

function found<T>(value: T | undefined, otherwise: string): T {
  if (value === undefined) throw new Error(otherwise);
  return value;
}
