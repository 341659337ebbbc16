import { APIGatewayClient, GetApiKeyCommand } from '@aws-sdk/client-api-gateway';
import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { MillraceError } from '../core/errors.ts';
import { applicationsIn, outputNames } from './stack-outputs.ts';

/** A deployed application, from its stack's outputs. */
export interface DeployedStack {
  /** of the REST API, without a slash at the end */
  readonly url: string;
  /** `undefined` when the API takes none */
  readonly apiKeyId: string | undefined;
  /**
   * The name of the Kinesis stream of an application's stream.
   *
   * @throws MillraceError `argument` if the stack has no such stream
   */
  readonly streamName: (stream: string) => string;
}

/**
 * Finds an application by the name of its CloudFormation stack, with the credentials and the region of the environment.
 *
 * @param name the stack's; `STACK/ID` where a stack holds several applications, by the id of the construct
 * @throws MillraceError `argument` if there is no such stack or no application in it, `unavailable` if AWS does not respond
 *
 * @example
 * ```ts
 * const { url } = await findDeployedStack('millrace-shop');
 * ```
 */
export async function findDeployedStack(name: string): Promise<DeployedStack> {
  const [stackName = '', wanted] = name.split('/');
  const stack = await describe(stackName);
  const outputs = new Map((stack.Outputs ?? []).map(({ OutputKey, OutputValue }) => [String(OutputKey), String(OutputValue)]));
  const names = outputNames(chosen(stackName, wanted, applicationsIn([...outputs.keys()]), stack));
  return {
    url: (outputs.get(names.apiUrl) as string).replace(/\/+$/, ''),
    apiKeyId: outputs.get(names.apiKeyId),
    streamName(stream) {
      const found = outputs.get(names.stream(stream));
      if (found !== undefined) return found;
      throw new MillraceError('argument', `stack "${stackName}" has no output ${names.stream(stream)}: it has no stream "${stream}"`);
    },
  };
}

/**
 * Looks up an API key's value.
 *
 * @throws MillraceError `unavailable` if AWS does not respond
 */
export async function readApiKey(id: string): Promise<string> {
  const client = new APIGatewayClient({});
  try {
    const { value } = await client.send(new GetApiKeyCommand({ apiKey: id, includeValue: true }));
    return String(value);
  } catch (error) {
    throw refused(`the value of API key ${id}`, 'apigateway:GET', error);
  } finally {
    client.destroy();
  }
}

async function describe(name: string): Promise<Stack> {
  const client = new CloudFormationClient({});
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    if (stack) return stack;
    throw new MillraceError('argument', noStack(name, await client.config.region()));
  } catch (error) {
    if (error instanceof MillraceError) throw error;
    if (/does not exist/.test((error as Error).message)) {
      throw new MillraceError('argument', noStack(name, await client.config.region()), { cause: error });
    }
    throw refused(`stack "${name}"`, 'cloudformation:DescribeStacks', error);
  } finally {
    client.destroy();
  }
}

function noStack(name: string, region: string): string {
  return `there is no stack "${name}" in ${region}: cdk deploy prints its name; set AWS_REGION and AWS_PROFILE to its region and account`;
}

function chosen(stack: string, wanted: string | undefined, ids: readonly string[], { StackStatus }: Stack): string {
  const [id, ...more] = wanted === undefined ? ids : ids.filter((one) => outputNames(wanted).apiUrl === outputNames(one).apiUrl);
  if (id !== undefined && more.length === 0) return id;
  if (ids.length > 1) {
    throw new MillraceError(
      'argument',
      `stack "${stack}" holds several applications: name one with --stack ${stack}/ID; the ids are ${ids.join(', ')}`,
    );
  }
  const there = ids.length === 1 ? `there is ${ids[0]}` : `it is ${StackStatus} and has none of MillraceApplication’s outputs`;
  throw new MillraceError(
    'argument',
    `stack "${stack}" holds no Millrace application${wanted === undefined ? '' : ` "${wanted}"`}: ${there}`,
  );
}

/** The error for a failed look-up in AWS. */
function refused(what: string, action: string, error: unknown): MillraceError {
  const { name, message } = error as Error;
  if (name === 'CredentialsProviderError') {
    const message = `${what} cannot be looked up without AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`;
    return new MillraceError('unavailable', message, { cause: error });
  }
  if (/region is missing/i.test(message)) {
    return new MillraceError('argument', `${what} cannot be looked up: set the region with AWS_REGION`, { cause: error });
  }
  const denied = /AccessDenied|Unauthorized|Forbidden/i.test(name) ? ` (it needs ${action})` : '';
  return new MillraceError('unavailable', `${what} cannot be looked up: ${message || name}${denied}`, { cause: error });
}
