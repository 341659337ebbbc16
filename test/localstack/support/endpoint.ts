/** LocalStack's only account, and the region everything is in. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

declare module 'vitest' {
  interface ProvidedContext {
    /** where LocalStack answers, from this machine */
    readonly endpoint: string;
  }
}

/** What the SDK's clients need to reach LocalStack. */
export function clientOptions(endpoint: string) {
  return { endpoint, region: REGION, credentials: CREDENTIALS };
}

/** The environment of a program that talks to LocalStack and knows no other account. */
export function environmentOf(endpoint: string): NodeJS.ProcessEnv {
  const { AWS_PROFILE, AWS_DEFAULT_REGION, AWS_SESSION_TOKEN, ...env } = process.env;
  return {
    ...env,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  };
}
