import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';

/**
 * The context of an invocation.
 *
 * @param functionName its name, e.g. `shop-aggregate`
 * @param timeout in milliseconds from now
 */
export function lambdaContext(functionName: string, timeout: number): Context {
  const end = performance.now() + timeout;
  const ignore = (): void => {};
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
    memoryLimitInMB: '1024',
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'local',
    getRemainingTimeInMillis: () => Math.max(0, end - performance.now()),
    done: ignore,
    fail: ignore,
    succeed: ignore,
  };
}
