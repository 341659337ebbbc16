import { MillraceError } from '../core/errors.ts';
import { SeenLess } from '../runtime/read/reading.ts';

/** The kind of a problem: the last part of its `type`, for programs. */
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
  'unknown-parameter': { status: 400, title: 'The parameter does not exist' },
  'not-found': { status: 404, title: 'Not found' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed here' },
  'invalid-body': { status: 400, title: 'The body is not valid' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body must be JSON' },
  'invalid-sql': { status: 400, title: 'The SQL cannot be answered' },
  'query-too-large': { status: 400, title: 'The query is too large' },
  unavailable: { status: 503, title: 'Try again in a moment' },
  internal: { status: 500, title: 'Something went wrong here' },
};

/** A problem as it is sent: RFC 9457, media type `application/problem+json`. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** the invalid query parameter or part of the body */
  readonly parameter?: string;
  /** the position of the error in the SQL, both from 1 */
  readonly line?: number;
  readonly column?: number;
  /** the valid names, if the request had an unknown one */
  readonly available?: readonly string[];
}

/** An error of a request, which the API sends as its answer. */
export class Problem extends Error {
  readonly body: ProblemBody;
  readonly headers: Readonly<Record<string, string>>;

  /**
   * @param kind determines status and title
   * @param detail what is wrong with this request and how to fix it
   * @param more the invalid parameter, the valid names, the position in the SQL
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

  /** The response for the problem. */
  response(): Response {
    return new Response(JSON.stringify(this.body), {
      status: this.body.status,
      headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...this.headers },
    });
  }
}

/** The problem of an invalid parameter. */
export function invalid(parameter: string, detail: string): Problem {
  return new Problem('invalid-parameter', `${parameter}: ${detail}`, { parameter });
}

/** The problem for an internal error, without details. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof SeenLess) return invalid('as_of', error.message);
  if (error instanceof MillraceError && error.code === 'argument') return new Problem('invalid-parameter', error.message);
  if (error instanceof MillraceError && error.code === 'limit') return new Problem('query-too-large', error.message);
  if (error instanceof MillraceError && error.code === 'unavailable') {
    return new Problem('unavailable', 'the store did not answer in time', {}, { 'retry-after': '1' });
  }
  return new Problem('internal', 'the query failed because of an internal error, which was logged');
}
