import { LocalstackContainer, type StartedLocalStackContainer } from '@testcontainers/localstack';

/** The last release that asks for no token. */
const STOCK_IMAGE = 'localstack/localstack:4.14.0';
const DOCKER = '/var/run/docker.sock';

/** The image the suite runs on: `LOCALSTACK_IMAGE`, or LocalStack's own. */
export function localStackImage(): string {
  return process.env.LOCALSTACK_IMAGE ?? STOCK_IMAGE;
}

/** Starts LocalStack. With its own image, functions run in containers beside it, by the Docker socket. */
export async function startLocalStack(): Promise<StartedLocalStackContainer> {
  const token = process.env.LOCALSTACK_AUTH_TOKEN;
  const container = new LocalstackContainer(localStackImage())
    // Functions find this machine by it: what they call is recorded here.
    .withExtraHosts([{ host: 'host.docker.internal', ipAddress: 'host-gateway' }])
    .withEnvironment({
      // Functions are for arm64, and this machine may be none.
      LAMBDA_IGNORE_ARCHITECTURE: '1',
      LAMBDA_DOCKER_FLAGS: '--add-host host.docker.internal:host-gateway',
      KINESIS_LATENCY: '0',
      ...(token ? { LOCALSTACK_AUTH_TOKEN: token } : {}),
    });
  if (process.env.LOCALSTACK_IMAGE === undefined) container.withBindMounts([{ source: DOCKER, target: DOCKER }]);
  return container.start();
}
