import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { temporaryDirectory } from '../../support/temporary-files.ts';
import { cdk } from './cdk.ts';
import { startLocalStack } from './container.ts';
import { ACCOUNT, REGION } from './endpoint.ts';

/** Starts the one container of the suite and makes its account ready for the CDK. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const temporary = temporaryDirectory();
  const container = await startLocalStack();
  // Testcontainers leaves the lock by which it starts one container at a time.
  for (const name of readdirSync(temporary)) if (name.startsWith('testcontainers-node-')) rmSync(join(temporary, name));
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
