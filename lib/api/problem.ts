import { MillraceError } from '../core/errors.ts';
import { SeenLess } from '../runtime/read/reading.ts';

/** What kind of problem it is: the last part of its `type`, for programs to compare. */
export type ProblemKind =
  | 'invalid-parameter'
  | 'missing-parameter'
  | 'unknown-parameter'
  | 'not-found'
  | 'method-not-allowed'
  | 'invalid-body'
  | 'body-too-large'
  | 'unsupported-media-type'
  | 'invalid-sql'
  | 'query-too-large'
  | 'unavailable'
  | 'internal';

const KINDS: Readonly<Record<ProblemKind, { readonly status: 400 | 404 | 405 | 413 | 415 | 500 | 503; readonly title: string }>> = {
  'invalid-parameter': { status: 400, title: 'A parameter is not valid' },
  'missing-parameter': { status: 400, title: 'A parameter is missing' },
  'unknown-parameter': { status: 400, title: 'There is no such parameter' },
  'not-found': { status: 404, title: 'There is no such thing here' },
  'method-not-allowed': { status: 405, title: 'This method is not allowed here' },
  'invalid-body': { status: 400, title: 'The body is not what this takes' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body must be JSON' },
  'invalid-sql': { status: 400, title: 'The SQL cannot be answered' },
  'query-too-large': { status: 400, title: 'The query asks for too much at once' },
  unavailable: { status: 503, title: 'Try again in a moment' },
  internal: { status: 500, title: 'Something went wrong here' },
};

/** A problem as it is sent: RFC 9457, media type `application/problem+json`. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** the query parameter, or the part of the body, that is to blame */
  readonly parameter?: string;
  /** where in the SQL the mistake is, both from 1 */
  readonly line?: number;
  readonly column?: number;
  /** names there are, when one was asked for that there is not */
  readonly available?: readonly string[];
}

/** An answer that is no result. Thrown by what reads a request, sent by the application. */
export class Problem extends Error {
  readonly body: ProblemBody;
  readonly headers: Readonly<Record<string, string>>;

  /**
   * @param kind decides status and title
   * @param detail what is wrong with this request and how to mend it
   * @param more the parameter to blame, names there are, the place in the SQL
   * @param headers further headers of the response
   */
  constructor(
    kind: ProblemKind,
    detail: string,
    more: Pick<ProblemBody, 'parameter' | 'available' | 'line' | 'column'> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.body = { type: `urn:problem-type:millrace:${kind}`, ...KINDS[kind], detail, ...more };
    this.headers = headers;
  }

  /** The response that tells it. */
  response(): Response {
    return new Response(JSON.stringify(this.body), {
      status: this.body.status,
      headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...this.headers },
    });
  }
}

/** A parameter's value that cannot be used. */
export function invalid(parameter: string, detail: string): Problem {
  return new Problem('invalid-parameter', `${parameter}: ${detail}`, { parameter });
}

/** What an error is told as: nothing of what went wrong inside. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof SeenLess) return invalid('as_of', error.message);
  if (error instanceof MillraceError && error.code === 'argument') return new Problem('invalid-parameter', error.message);
  if (error instanceof MillraceError && error.code === 'limit') return new Problem('query-too-large', error.message);
  if (error instanceof MillraceError && error.code === 'unavailable') {
    return new Problem('unavailable', 'the store did not answer in time', {}, { 'retry-after': '1' });
  }
  return new Problem('internal', 'the query failed for a reason that is not yours; it was logged');
}
