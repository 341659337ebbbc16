import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { checkEnvironmentSize } from './environment-size.ts';

/** Options of one function. */
export interface FunctionOptions {
  /**
   * memory in megabytes; CPU grows with it, 1,769 is one core
   * @default 1769
   */
  readonly memorySize?: number;
  /**
   * timeout of one invocation
   * @default - 1 minute for aggregate, 5 minutes for merge, 29 seconds for query and sql
   */
  readonly timeout?: Duration;
  /**
   * the reserved concurrency: how many invocations may run at once, kept free for this function
   *
   * @default - none reserved. Lambda keeps 100 of an account's concurrency unreserved, and a new account may have only 10
   */
  readonly reservedConcurrency?: number;
}

/** Options of all functions. */
export interface SharedFunctionOptions {
  /**
   * how long log events are kept
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;
  /**
   * the removal policy of the log groups: the logs of a deleted stack are retained until they expire
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly logRemovalPolicy?: RemovalPolicy;
  /**
   * whether X-Ray traces invocations
   * @default false
   */
  readonly tracing?: boolean;
}

/** The props of {@link ApplicationFunction}. */
export interface ApplicationFunctionProps extends SharedFunctionOptions, FunctionOptions {
  readonly memorySize: number;
  readonly timeout: Duration;
  readonly code: Code;
  /** the file in the bundle, which exports `handler` */
  readonly file: 'aggregate' | 'merge' | 'query' | 'sql';
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** One of the application's functions, with its own log group and a role that, initially, may only write to it. */
export class ApplicationFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: ApplicationFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetention ?? RetentionDays.ONE_MONTH,
      removalPolicy: props.logRemovalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    // Not Lambda's managed policy, which allows writing to every log group of the account.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    this.function = new LambdaFunction(this, 'Function', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: props.code,
      handler: `${props.file}.handler`,
      memorySize: props.memorySize,
      timeout: props.timeout,
      ...(props.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
      environment: { ...props.environment, NODE_OPTIONS: '--enable-source-maps' },
      tracing: props.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      role,
      logGroup,
    });
    checkEnvironmentSize(this.function);
    if (props.tracing) {
      acknowledge(role, 'AwsSolutions-IAM5[Resource::*]', 'X-Ray takes traces under no name: its actions allow no resource but *.');
    }
  }
}
