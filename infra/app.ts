/** The CDK entry: deploys one application. `npx cdk deploy -c app=examples/clickstream/app.ts` */
import { App, Stack } from 'aws-cdk-lib';
import { MillraceApplication } from './constructs/millrace-application.ts';
import { loadApplication } from './load-application.ts';
import { readOptions, readProps } from './options.ts';

const app = new App();
try {
  const context = (name: string): unknown => app.node.tryGetContext(name);
  const { file, stackName } = readOptions(context);
  const { application, entry } = await loadApplication(file);
  const stack = new Stack(app, stackName ?? `millrace-${application.name.replaceAll('_', '-')}`, {
    description: `Millrace application ${application.name}`,
  });
  new MillraceApplication(stack, 'Millrace', { ...readProps(context, stack), app: application, entry });
  app.synth();
} catch (error) {
  console.error(`millrace: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
