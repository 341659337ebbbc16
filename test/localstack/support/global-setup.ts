import type { TestProject } from 'vitest/node';
import { cdk } from './cdk.ts';
import { startLocalStack } from './container.ts';
import { ACCOUNT, REGION } from './endpoint.ts';

/** Starts the one container of the suite and makes its account ready for the CDK. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const container = await startLocalStack();
  try {
    const endpoint = container.getConnectionUri();
    await cdk(endpoint, 'bootstrap', `aws://${ACCOUNT}/${REGION}`, '-c', 'app=examples/clickstream/app.ts');
    project.provide('endpoint', endpoint);
  } catch (error) {
    await container.stop();
    throw error;
  }
  return async () => {
    await container.stop();
  };
}
