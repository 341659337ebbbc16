import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';

const PROBLEMS = [
  { type: ResponseType.INVALID_API_KEY, status: 403, title: 'Forbidden', detail: 'The x-api-key header is missing or holds no valid key.' },
  { type: ResponseType.ACCESS_DENIED, status: 403, title: 'Forbidden', detail: 'These credentials may not call this API.' },
  { type: ResponseType.THROTTLED, status: 429, title: 'Too Many Requests', detail: 'Slow down and try again.' },
  { type: ResponseType.QUOTA_EXCEEDED, status: 429, title: 'Too Many Requests', detail: 'The quota of this API key is used up.' },
  { type: ResponseType.INTEGRATION_FAILURE, status: 502, title: 'Bad Gateway', detail: 'The query function failed. Try again.' },
  { type: ResponseType.INTEGRATION_TIMEOUT, status: 504, title: 'Gateway Timeout', detail: 'The query took too long. Ask for less.' },
] as const;

/**
 * Makes API Gateway's own refusals problems (RFC 9457) like those of the function.
 *
 * @param auth with `'iam'`, an unknown path and an unsigned request are refused alike: both stay 403
 */
export function addProblemResponses(api: RestApi, auth: 'api-key' | 'iam' | 'none'): void {
  const unknownPath =
    auth === 'iam'
      ? { status: 403, title: 'Forbidden', detail: 'The request is not signed, or there is nothing at this path.' }
      : { status: 404, title: 'Not Found', detail: 'There is nothing at this path: see /openapi.json.' };
  for (const { type, ...problem } of [...PROBLEMS, { type: ResponseType.MISSING_AUTHENTICATION_TOKEN, ...unknownPath }]) {
    api.addGatewayResponse(type.responseType, {
      type,
      statusCode: String(problem.status),
      responseHeaders: { 'Content-Type': "'application/problem+json'" },
      templates: { 'application/json': JSON.stringify({ type: 'about:blank', ...problem }) },
    });
  }
}
