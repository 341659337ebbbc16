import type { DeployedStack } from '../aws/deployed-stack.ts';
import { createClient, type MillraceClient, MillraceClientError } from '../client/client.ts';
import { MillraceError } from '../core/errors.ts';
import { text } from './arguments.ts';
import type { Given } from './command.ts';
import { UsageError } from './usage-error.ts';

/** Where `millrace dev` answers unless it is told otherwise. */
const DEFAULT_URL = 'http://127.0.0.1:8080';

/** The options by which a command is told which stack to ask. */
export const TARGET_OPTIONS = { stack: { type: 'string' }, url: { type: 'string' }, 'api-key': { type: 'string' } } as const;

/** What the help says of {@link TARGET_OPTIONS}. */
export const TARGET_HELP = `  --url URL        REST of the stack; default ${DEFAULT_URL}, a running millrace dev
  --stack NAME     instead of --url: a deployed CloudFormation stack, in the account and region of the environment
                   (AWS_PROFILE, AWS_REGION); its URL and API key are looked up. NAME/ID where it holds several applications
  --api-key KEY    for a stack on AWS named by --url; default the environment variable MILLRACE_API_KEY`;

/** A stack that can be asked. */
export interface Target {
  /** without a slash at the end */
  readonly url: string;
  readonly client: MillraceClient;
  /** with --stack */
  readonly deployed: DeployedStack | undefined;
}

/**
 * The stack a command was told of.
 *
 * @param options how often a request without an answer is tried again; default the client's
 * @throws UsageError when what was given is no address; MillraceError when there is no such stack on AWS
 */
export async function openTarget(given: Given, options: { readonly retries?: number } = {}): Promise<Target> {
  const name = text(given, 'stack');
  const apiKey = text(given, 'api-key') ?? (process.env.MILLRACE_API_KEY || undefined);
  if (name === undefined) {
    const url = urlOf(given);
    return { url, client: createClient({ ...options, url, ...(apiKey === undefined ? {} : { apiKey }) }), deployed: undefined };
  }
  // Only here: the SDK takes a while to load.
  const { findDeployedStack, readApiKey } = await import('../aws/deployed-stack.ts');
  const deployed = await findDeployedStack(name);
  const key = apiKey ?? (deployed.apiKeyId === undefined ? undefined : await readApiKey(deployed.apiKeyId));
  // Both: the stack under another address, such as a domain of its own.
  const url = text(given, 'url') === undefined ? deployed.url : urlOf(given);
  return { url, client: createClient({ ...options, url, ...(key === undefined ? {} : { apiKey: key }) }), deployed };
}

/** The address given by --url, or that of `millrace dev`; without a slash at the end. */
function urlOf(given: Given): string {
  const url = text(given, 'url') ?? DEFAULT_URL;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw new UsageError(`--url takes an address such as ${DEFAULT_URL}, not "${url}"`);
  return url.replace(/\/+$/, '');
}

/**
 * Asks a stack.
 *
 * @throws MillraceError `argument` for what can be mended by asking otherwise, `unavailable` when there is no good answer
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
      const message = `${url} answers ${status}: give its key by --api-key or MILLRACE_API_KEY, or name the stack by --stack and it is looked up`;
      return new MillraceError('unavailable', message, { cause: error });
    }
    if (problem?.type.startsWith('urn:problem-type:millrace:')) {
      const { parameter } = problem;
      const message = parameter === undefined ? error.message : `${error.message} (${optionOf(parameter)})`;
      return new MillraceError(status < 500 ? 'argument' : 'unavailable', message, { cause: error });
    }
    const notFound = status === 404 ? '; is that the REST interface of a Millrace stack, its stage included (…/live)?' : '';
    return new MillraceError('unavailable', `${url} answers ${status}: ${error.message}${notFound}`, { cause: error });
  }
  if (error instanceof SyntaxError) {
    return new MillraceError(
      'unavailable',
      `${url} does not answer in JSON, so it is no Millrace stack: name another by --url or --stack`,
      {
        cause: error,
      },
    );
  }
  if (error instanceof TypeError && error.cause instanceof Error) {
    const { message, code } = error.cause as NodeJS.ErrnoException;
    return new MillraceError(
      'unavailable',
      `no stack answers at ${url} (${message || code}); start one by millrace dev, or name one by --url or --stack`,
      { cause: error },
    );
  }
  return error;
}

/** The option by which a parameter of the REST interface is given. */
function optionOf(parameter: string): string {
  return parameter.startsWith('key.') ? `--key ${parameter.slice('key.'.length)}=…` : `--${parameter.replaceAll('_', '-')}`;
}
