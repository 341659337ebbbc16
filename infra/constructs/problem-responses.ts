import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';

const PROBLEMS = [
  {
    type: ResponseType.INVALID_API_KEY,
    status: 403,
    title: 'Forbidden',
    detail: 'The x-api-key header is missing or does not contain a valid key.',
  },
  { type: ResponseType.ACCESS_DENIED, status: 403, title: 'Forbidden', detail: 'These credentials may not call this API.' },
  { type: ResponseType.THROTTLED, status: 429, title: 'Too Many Requests', detail: 'Too many requests. Wait and try again.' },
  { type: ResponseType.QUOTA_EXCEEDED, status: 429, title: 'Too Many Requests', detail: 'The quota of this API key is used up.' },
  { type: ResponseType.INTEGRATION_FAILURE, status: 502, title: 'Bad Gateway', detail: 'The query function failed. Try again.' },
  { type: ResponseType.INTEGRATION_TIMEOUT, status: 504, title: 'Gateway Timeout', detail: 'The query took too long. Request less data.' },
] as const;

/**
 * Turns API Gateway's own errors into problem documents (RFC 9457) like those of the function.
 *
 * @param auth with `'iam'`, API Gateway refuses an unknown path and an unsigned request alike, so both stay 403
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
