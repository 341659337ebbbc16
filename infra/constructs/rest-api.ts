import { RemovalPolicy, Size } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  RestApi as ApiGatewayRestApi,
  ApiKey,
  AuthorizationType,
  EndpointType,
  type IApiKey,
  type IRestApi,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  type MethodOptions,
  type QuotaSettings,
} from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { addProblemResponses } from './problem-responses.ts';

/** Who can send requests. */
export interface RestApiOptions {
  /**
   * who can send requests. `'api-key'`: requests need an `x-api-key` header, except for the dashboard page, which asks for the key;
   * `'iam'`: requests, also for the page, are signed with AWS credentials that allow `execute-api:Invoke`; `'none'`: everyone who knows the URL
   * @default 'api-key'
   */
  readonly auth?: 'api-key' | 'iam' | 'none';
  /**
   * requests per second, and burst, of the stage, and with an API key also of the usage plan
   * @default { rateLimit: 50, burstLimit: 100 }
   */
  readonly throttle?: { readonly rateLimit: number; readonly burstLimit: number };
  /**
   * the same for `POST /v1/sql`, where one request can take seconds
   * @default { rateLimit: 5, burstLimit: 10 }
   */
  readonly sqlThrottle?: { readonly rateLimit: number; readonly burstLimit: number };
  /**
   * requests per day, week or month with the API key
   * @default - no limit
   */
  readonly quota?: QuotaSettings;
  /**
   * how long events of the access log are kept
   * @default RetentionDays.ONE_MONTH
   */
  readonly accessLogRetention?: RetentionDays;
  /**
   * whether to set the account's role with which API Gateway writes logs. It exists once per account and region: pass `false` if another
   * stack sets it
   * @default true
   */
  readonly cloudWatchRole?: boolean;
}

/** The props of {@link RestApi}. */
export interface RestApiProps extends RestApiOptions {
  readonly application: string;
  readonly target: IFunction;
  /** the function for `POST /v1/sql` */
  readonly sql: IFunction;
  readonly tracing?: boolean;
  /** of the access log */
  readonly logRemovalPolicy?: RemovalPolicy;
}

/** Requests per second, and burst. */
const THROTTLE = { rateLimit: 50, burstLimit: 100 };

/** The REST API (API Gateway REST API v1). SQL goes to its own function; every other path goes to the query function, which validates its parameters. */
export class RestApi extends Construct {
  readonly api: ApiGatewayRestApi;
  /** with `auth: 'api-key'` */
  readonly apiKey: IApiKey | undefined;

  constructor(scope: Construct, id: string, props: RestApiProps) {
    super(scope, id);
    const auth = props.auth ?? 'api-key';
    const throttle = props.throttle ?? THROTTLE;
    const sqlThrottle = props.sqlThrottle ?? { rateLimit: 5, burstLimit: 10 };
    const accessLog = new LogGroup(this, 'AccessLog', {
      retention: props.accessLogRetention ?? RetentionDays.ONE_MONTH,
      removalPolicy: props.logRemovalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.api = new ApiGatewayRestApi(this, 'Api', {
      restApiName: props.application,
      description: `Millrace ${props.application}: results of its views`,
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: props.cloudWatchRole ?? true,
      // Other APIs of the account may use it to write logs.
      ...(props.cloudWatchRole === false ? {} : { cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN }),
      minCompressionSize: Size.kibibytes(1),
      deployOptions: {
        stageName: 'live',
        accessLogDestination: new LogGroupLogDestination(accessLog),
        accessLogFormat: AccessLogFormat.jsonWithStandardFields(),
        loggingLevel: MethodLoggingLevel.ERROR,
        throttlingRateLimit: throttle.rateLimit,
        throttlingBurstLimit: throttle.burstLimit,
        tracingEnabled: props.tracing ?? false,
        methodOptions: {
          '/v1/sql/POST': {
            throttlingRateLimit: sqlThrottle.rateLimit,
            throttlingBurstLimit: sqlThrottle.burstLimit,
            loggingLevel: MethodLoggingLevel.ERROR,
          },
        },
      },
    });
    // The construct's own output, which duplicates the application's ApiUrl.
    this.api.node.tryRemoveChild('Endpoint');
    addRoutes(this.api, props, auth);
    addProblemResponses(this.api, auth);
    this.apiKey = auth === 'api-key' ? addKey(this, this.api, props) : undefined;
    this.#acknowledge(auth);
  }

  #acknowledge(auth: 'api-key' | 'iam' | 'none'): void {
    acknowledge(
      this.api,
      'AwsSolutions-APIG2',
      'The functions validate every parameter, and the body of an ad hoc query, and name what is wrong.',
    );
    acknowledge(
      this.api,
      'AwsSolutions-APIG3',
      'A web ACL costs by the month and can be shared in the account: associate one with the stage if needed. Requests are throttled.',
    );
    if (auth !== 'iam') {
      const reason =
        auth === 'api-key'
          ? 'Data needs an API key; the page without one holds no data. auth: "iam" requires signed requests.'
          : 'The application’s author chose auth: "none": its results are public.';
      acknowledge(this.api, 'AwsSolutions-APIG4', reason);
    }
    acknowledge(this.api, 'AwsSolutions-COG4', 'Callers are programs with an API key or AWS credentials, not users of a Cognito pool.');
    acknowledge(
      this.api,
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
      'The policy that API Gateway’s documentation requires: API Gateway chooses the names of log groups.',
    );
  }
}

function addRoutes(api: ApiGatewayRestApi, { target, sql }: RestApiProps, auth: 'api-key' | 'iam' | 'none'): void {
  const integration = new LambdaIntegration(target, { allowTestInvoke: false });
  const open: MethodOptions = { authorizationType: auth === 'iam' ? AuthorizationType.IAM : AuthorizationType.NONE };
  const guarded: MethodOptions = { ...open, apiKeyRequired: auth === 'api-key' };
  api.root.addMethod('GET', integration, open);
  api.root.addResource('openapi.json').addMethod('GET', integration, guarded);
  const v1 = api.root.addResource('v1');
  v1.addResource('{proxy+}').addMethod('GET', integration, guarded);
  v1.addResource('sql').addMethod('POST', new LambdaIntegration(sql, { allowTestInvoke: false }), guarded);
}

function addKey(scope: Construct, api: ApiGatewayRestApi, props: RestApiProps): IApiKey {
  const apiKey = new ApiKey(scope, 'Key', { description: `Millrace ${props.application}` });
  const plan = api.addUsagePlan('UsagePlan', {
    description: `Millrace ${props.application}`,
    throttle: props.throttle ?? THROTTLE,
    ...(props.quota ? { quota: props.quota } : {}),
    apiStages: [{ api: api as IRestApi, stage: api.deploymentStage }],
  });
  plan.addApiKey(apiKey);
  return apiKey;
}
