import { MillraceError } from '../../core/errors.ts';

/** The error names of DynamoDB, the SDK and Node for requests that may succeed if they are retried. */
const TRANSIENT = new Set([
  'InternalServerError',
  'InternalServerErrorException',
  'InternalFailure',
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'ReplicatedWriteConflictException',
  'RequestLimitExceeded',
  'RequestTimeout',
  'RequestTimeoutException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'ThrottlingException',
  'Throttling',
  'TransactionInProgressException',
  'AbortError',
  'TimeoutError',
  'NetworkingError',
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** Whether a conditional write was refused because its condition did not hold. */
export function isConditionFailed(error: unknown): boolean {
  return nameOf(error) === 'ConditionalCheckFailedException';
}

/**
 * The error to throw for an error of the SDK: `unavailable` for requests that may succeed if retried (it is then unknown whether a
 * write took effect), a message with the fix for errors of a wrong setup, and other errors unchanged.
 *
 * @param operation e.g. `PutItem`
 * @param table the table's name
 */
export function dynamoError(error: unknown, operation: string, table: string): unknown {
  const name = nameOf(error);
  const what = `${operation} on DynamoDB table "${table}"`;
  if (isTransient(error)) {
    return new MillraceError('unavailable', `${what} did not succeed (${name}); try again`, { cause: error });
  }
  if (name === 'ResourceNotFoundException') {
    const how = 'deploy the application, or set MILLRACE_STATE_TABLE and MILLRACE_RESULTS_TABLE to the tables of one that is deployed';
    return new MillraceError('argument', `${what} failed: there is no such table (or index) in this region and account; ${how}`, {
      cause: error,
    });
  }
  if (name === 'AccessDeniedException') {
    return new MillraceError('argument', `${what} is not allowed: grant dynamodb:${operation} on the table and its indexes to this role`, {
      cause: error,
    });
  }
  return error;
}

function isTransient(error: unknown): boolean {
  const { code, $retryable, $metadata } = (error ?? {}) as {
    code?: unknown;
    $retryable?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  if (TRANSIENT.has(nameOf(error)) || TRANSIENT.has(String(code)) || $retryable !== undefined) return true;
  return ($metadata?.httpStatusCode ?? 0) >= 500;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}
