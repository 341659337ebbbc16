/** A problem document of the REST API (RFC 9457). */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** the invalid query parameter or part of the body */
  readonly parameter?: string;
  /** the position of the error in the SQL, both from 1 */
  readonly line?: number;
  readonly column?: number;
  /** the known names, if the request had an unknown one */
  readonly available?: readonly string[];
}

/**
 * The error for an answer that is not a result. If there is no answer at all, the client throws what `fetch` threw.
 *
 * @example
 * ```ts
 * try { await client.rows('page_views', { key: { page: '/a' }, from: 'yesterday' }).page(); } catch (error) {
 *   if (error instanceof MillraceClientError) console.error(error.problem?.parameter, error.message);
 * }
 * ```
 */
export class MillraceClientError extends Error {
  override readonly name = 'MillraceClientError';
  /** HTTP status */
  readonly status: number;
  /** absent if the answer was not a problem document, e.g. a gateway's own error */
  readonly problem: ProblemDetails | undefined;

  constructor(status: number, message: string, problem?: ProblemDetails) {
    super(message);
    this.status = status;
    this.problem = problem;
  }
}

/** Creates the error for an answer that is not a result. */
export function clientError(status: number, url: string, text: string): MillraceClientError {
  const body = parse(text);
  if (typeof body.detail === 'string') return new MillraceClientError(status, body.detail, body as unknown as ProblemDetails);
  const said = typeof body.message === 'string' ? body.message : text.slice(0, 200);
  const hint = status === 401 || status === 403 ? ' (check the apiKey)' : '';
  return new MillraceClientError(status, `${url} answered ${status}${said === '' ? '' : `: ${said}`}${hint}`);
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
