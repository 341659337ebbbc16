import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { clientOptions } from './endpoint.ts';

/** What an operator can do to a deployed function. */
export class Functions {
  readonly lambda: LambdaClient;
  readonly #logs: CloudWatchLogsClient;

  constructor(endpoint: string) {
    this.lambda = new LambdaClient(clientOptions(endpoint));
    this.#logs = new CloudWatchLogsClient(clientOptions(endpoint));
  }

  /** Sets variables of its environment, and how many seconds it may take. */
  async configure(FunctionName: string, variables: Readonly<Record<string, string>>, Timeout?: number): Promise<void> {
    const { Environment } = await this.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const Variables = { ...Environment?.Variables, ...variables };
    await this.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables }, Timeout }));
    await waitUntilFunctionUpdatedV2({ client: this.lambda, maxWaitTime: 60 }, { FunctionName });
  }

  /** One of its variables. */
  async variable(FunctionName: string, name: string): Promise<string> {
    const { Environment } = await this.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    return Environment?.Variables?.[name] ?? '';
  }

  /** The ARN of the role it works by. */
  async role(FunctionName: string): Promise<string> {
    const { Role = '' } = await this.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    return Role;
  }

  /** Lets it be invoked no more. */
  async stop(FunctionName: string): Promise<void> {
    await this.lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
  }

  async start(FunctionName: string): Promise<void> {
    await this.lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
  }

  /** Does now what the schedule does every minute. */
  async tick(FunctionName: string): Promise<void> {
    const { FunctionError, Payload } = await this.lambda.send(
      new InvokeCommand({ FunctionName, Payload: JSON.stringify({ source: 'aws.events' }) }),
    );
    if (FunctionError) throw new Error(Buffer.from(Payload ?? []).toString());
  }

  /**
   * The lines of its log that hold a text. LocalStack writes it where functions without a log group of their own write.
   *
   * @param version which version's log
   */
  async logged(name: string, text: string, version = '$LATEST'): Promise<string[]> {
    const logGroupName = `/aws/lambda/${name}`;
    const found: string[] = [];
    for await (const { events = [] } of paginateFilterLogEvents({ client: this.#logs }, { logGroupName })) {
      for (const { message = '', logStreamName } of events) {
        if (message.includes(text) && logStreamName?.includes(`[${version}]`)) found.push(message);
      }
    }
    return found;
  }
}
