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

/** Who may ask. */
export interface RestApiOptions {
  /**
   * default `'api-key'`: an `x-api-key` header, for everything but the dashboard's page, which asks for the key;
   * `'iam'`: requests signed by AWS credentials that may `execute-api:Invoke`, the page included; `'none'`: everyone who knows the URL
   */
  readonly auth?: 'api-key' | 'iam' | 'none';
  /** requests a second, and at once; default 50 and 100; the usage plan's with an API key, the stage's always */
  readonly throttle?: { readonly rateLimit: number; readonly burstLimit: number };
  /** the same of `POST /v1/sql` alone, which one request can make work for seconds; default 5 and 10 */
  readonly sqlThrottle?: { readonly rateLimit: number; readonly burstLimit: number };
  /** requests a day, week or month with the API key; default: no limit */
  readonly quota?: QuotaSettings;
  /** how long the access log is kept; default one month */
  readonly accessLogRetention?: RetentionDays;
  /**
   * whether the account's role by which API Gateway writes logs is set up; default `true`. It is one for each account and region: `false`
   * where another stack sees to it
   */
  readonly cloudWatchRole?: boolean;
}

/** What {@link RestApi} is made of. */
export interface RestApiProps extends RestApiOptions {
  readonly application: string;
  readonly target: IFunction;
  /** what `POST /v1/sql` goes to */
  readonly sql: IFunction;
  readonly tracing?: boolean;
}

/** Requests a second, and at once. */
const THROTTLE = { rateLimit: 50, burstLimit: 100 };

/** The REST API (API Gateway REST API v1): every path goes to the query function, which checks its own parameters, but SQL to one of its own. */
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
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.api = new ApiGatewayRestApi(this, 'Api', {
      restApiName: props.application,
      description: `Millrace ${props.application}: results of its views`,
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: props.cloudWatchRole ?? true,
      // Others in the account may write logs by it.
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
    // An output of the construct's own, which says no more than the application's ApiUrl.
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
      'The functions check every parameter, and the body of a question in SQL, and name what is wrong.',
    );
    acknowledge(
      this.api,
      'AwsSolutions-APIG3',
      'A web ACL costs by the month and is the account’s to share: associate one with the stage. Requests are throttled.',
    );
    if (auth !== 'iam') {
      const reason =
        auth === 'api-key'
          ? 'Data needs an API key; the page without one holds no data. auth: "iam" asks for signed requests.'
          : 'The application’s author chose auth: "none": its results are public.';
      acknowledge(this.api, 'AwsSolutions-APIG4', reason);
    }
    acknowledge(this.api, 'AwsSolutions-COG4', 'Callers are programs with an API key or AWS credentials, not users of a Cognito pool.');
    acknowledge(
      this.api,
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
      'The policy API Gateway’s own documentation asks for: it makes log groups under names of its choice.',
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
