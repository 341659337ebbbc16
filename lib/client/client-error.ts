/** A problem as the REST interface tells it (RFC 9457). */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** the query parameter, or the part of the body, to blame */
  readonly parameter?: string;
  /** where in the SQL the mistake is, both from 1 */
  readonly line?: number;
  readonly column?: number;
  /** names there are, when one was asked for that there is not */
  readonly available?: readonly string[];
}

/**
 * An answer that is no result. Without an answer at all, what `fetch` threw is thrown.
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
  /** absent when the answer was no problem document, e.g. a gateway's own */
  readonly problem: ProblemDetails | undefined;

  constructor(status: number, message: string, problem?: ProblemDetails) {
    super(message);
    this.status = status;
    this.problem = problem;
  }
}

/** Makes the error of an answer that is no result. */
export function clientError(status: number, url: string, text: string): MillraceClientError {
  const body = parse(text);
  if (typeof body.detail === 'string') return new MillraceClientError(status, body.detail, body as unknown as ProblemDetails);
  const said = typeof body.message === 'string' ? body.message : text.slice(0, 200);
  const hint = status === 401 || status === 403 ? ' (is the apiKey right?)' : '';
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
