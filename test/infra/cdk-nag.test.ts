import { Stack } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { expect, test } from 'vitest';
import { MillraceApplication, type MillraceApplicationProps } from '../../infra/constructs/millrace-application.ts';
import { twoStreams, unbundledApp } from './synth.ts';

/** What cdk-nag's AwsSolutions finds and nobody acknowledged, warnings included. */
function findings(build: (stack: Stack) => void): string[] {
  const app = unbundledApp();
  build(new Stack(app, 'Nag'));
  app.synth();
  return new AwsSolutionsChecks(app)
    .validateScope(app)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`),
    );
}

test('the checks find what is wrong', () => {
  expect(findings((stack) => new Bucket(stack, 'Bucket'))).toContain('AwsSolutions-S1 Nag/Bucket/Resource');
});

test('AwsSolutions finds nothing in an application with keys of its own', () => {
  const own = (stack: Stack) => {
    const encryptionKey = new Key(stack, 'Key', { enableKeyRotation: true });
    return { streamDefaults: { encryptionKey }, tables: { encryptionKey } };
  };
  expect(findings((stack) => new MillraceApplication(stack, 'Shop', { app: twoStreams, entry: '/app/shop.ts', ...own(stack) }))).toEqual(
    [],
  );
});

test.each<[string, Partial<MillraceApplicationProps>]>([
  ['with an API key', {}],
  ['with IAM', { api: { auth: 'iam' } }],
  ['open to all', { api: { auth: 'none' } }],
  ['with a fixed number of shards, traced', { streamDefaults: { shards: 2 }, tracing: true }],
])('AwsSolutions finds nothing in an application %s', (_, props) => {
  expect(findings((stack) => new MillraceApplication(stack, 'Shop', { app: twoStreams, entry: '/app/shop.ts', ...props }))).toEqual([]);
});
