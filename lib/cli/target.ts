import type { DeployedStack } from '../aws/deployed-stack.ts';
import { createClient, type MillraceClient, MillraceClientError } from '../client/client.ts';
import { MillraceError } from '../core/errors.ts';
import { text } from './arguments.ts';
import type { Given } from './command.ts';
import { UsageError } from './usage-error.ts';

/** The default URL of `millrace dev`. */
const DEFAULT_URL = 'http://127.0.0.1:8080';

/** The options that name the stack to query. */
export const TARGET_OPTIONS = { stack: { type: 'string' }, url: { type: 'string' }, 'api-key': { type: 'string' } } as const;

/** The help text of {@link TARGET_OPTIONS}. */
export const TARGET_HELP = `  --url URL        the stack's REST API; default ${DEFAULT_URL}, a running millrace dev
  --stack NAME     instead of --url: a deployed CloudFormation stack, in the account and region of the environment
                   (AWS_PROFILE, AWS_REGION); its URL and API key are looked up. NAME/ID if it contains several applications
  --api-key KEY    for --url with a stack on AWS; default the environment variable MILLRACE_API_KEY`;

/** A stack that can be queried. */
export interface Target {
  /** without a trailing slash */
  readonly url: string;
  readonly client: MillraceClient;
  /** with --stack */
  readonly deployed: DeployedStack | undefined;
}

/**
 * The stack that a command's options name.
 *
 * @param options how often a request without an answer is retried; default the client's
 * @throws UsageError if --url is not a URL; MillraceError if there is no such stack on AWS
 */
export async function openTarget(given: Given, options: { readonly retries?: number } = {}): Promise<Target> {
  const name = text(given, 'stack');
  const apiKey = text(given, 'api-key') ?? (process.env.MILLRACE_API_KEY || undefined);
  if (name === undefined) {
    const url = urlOf(given);
    return { url, client: createClient({ ...options, url, ...(apiKey === undefined ? {} : { apiKey }) }), deployed: undefined };
  }
  // Imported here because the SDK is slow to load.
  const { findDeployedStack, readApiKey } = await import('../aws/deployed-stack.ts');
  const deployed = await findDeployedStack(name);
  const key = apiKey ?? (deployed.apiKeyId === undefined ? undefined : await readApiKey(deployed.apiKeyId));
  // Both are set: the stack has another address, such as a custom domain.
  const url = text(given, 'url') === undefined ? deployed.url : urlOf(given);
  return { url, client: createClient({ ...options, url, ...(key === undefined ? {} : { apiKey: key }) }), deployed };
}

/** The URL from --url, or that of `millrace dev`; without a trailing slash. */
function urlOf(given: Given): string {
  const url = text(given, 'url') ?? DEFAULT_URL;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw new UsageError(`--url must be a URL such as ${DEFAULT_URL}, not "${url}"`);
  return url.replace(/\/+$/, '');
}

/**
 * Queries a stack.
 *
 * @throws MillraceError `argument` for errors that a different request can fix, `unavailable` if there is no valid answer
 */
export async function asking<T>({ url }: Pick<Target, 'url'>, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw explained(url, error);
  }
}

function explained(url: string, error: unknown): unknown {
  if (error instanceof MillraceClientError) {
    const { status, problem } = error;
    if (status === 401 || status === 403) {
      const message = `${url} answers ${status}: pass its key with --api-key or MILLRACE_API_KEY, or name the stack with --stack, which looks the key up`;
      return new MillraceError('unavailable', message, { cause: error });
    }
    if (problem?.type.startsWith('urn:problem-type:millrace:')) {
      const { parameter } = problem;
      const message = parameter === undefined ? error.message : `${error.message} (${optionOf(parameter)})`;
      return new MillraceError(status < 500 ? 'argument' : 'unavailable', message, { cause: error });
    }
    const notFound = status === 404 ? '; is this the URL of a Millrace stack, including its stage (…/live)?' : '';
    return new MillraceError('unavailable', `${url} answers ${status}: ${error.message}${notFound}`, { cause: error });
  }
  if (error instanceof SyntaxError) {
    return new MillraceError(
      'unavailable',
      `${url} does not answer in JSON, so it is not a Millrace stack: name another with --url or --stack`,
      {
        cause: error,
      },
    );
  }
  if (error instanceof TypeError && error.cause instanceof Error) {
    const { message, code } = error.cause as NodeJS.ErrnoException;
    return new MillraceError(
      'unavailable',
      `no stack answers at ${url} (${message || code}); start one with millrace dev, or name one with --url or --stack`,
      { cause: error },
    );
  }
  return error;
}

/** The option for a parameter of the REST API. */
function optionOf(parameter: string): string {
  return parameter.startsWith('key.') ? `--key ${parameter.slice('key.'.length)}=…` : `--${parameter.replaceAll('_', '-')}`;
}
