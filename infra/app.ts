/** The CDK entry: deploys one application. `npx cdk deploy -c app=examples/clickstream/app.ts` */
import { App, Stack } from 'aws-cdk-lib';
import { MillraceApplication } from './constructs/millrace-application.ts';
import { loadApplication } from './load-application.ts';
import { readOptions } from './options.ts';

const app = new App();
try {
  const { file, ...options } = readOptions((name) => app.node.tryGetContext(name));
  const { application, entry } = await loadApplication(file);
  const stack = new Stack(app, options.stackName ?? `millrace-${application.name.replaceAll('_', '-')}`, {
    description: `Millrace application ${application.name}`,
  });
  new MillraceApplication(stack, 'Millrace', { ...options.props, app: application, entry });
  app.synth();
} catch (error) {
  console.error(`millrace: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
