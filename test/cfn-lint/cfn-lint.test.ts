import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Period } from 'aws-cdk-lib/aws-apigateway';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { afterAll, expect, test } from 'vitest';
import { MillraceApplication, type MillraceApplicationProps } from '../../infra/constructs/millrace-application.ts';
import { loadApplication } from '../../infra/load-application.ts';
import { twoStreams, unbundledApp } from '../infra/synth.ts';
import { findCfnLint } from './find.ts';

const directory = mkdtempSync(join(tmpdir(), 'millrace-cfn-lint-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** What cfn-lint has to say of templates, but that CDK says twice on which role a function depends. */
function lint(...templates: readonly string[]): string {
  const args = ['--ignore-checks', 'W3005', '--regions', 'us-east-1', '--template', ...templates];
  const { stdout, stderr, error } = spawnSync(findCfnLint() ?? 'cfn-lint', args, { encoding: 'utf8' });
  if (error) throw error;
  return stdout + stderr;
}

/** Writes an application's template. */
function template(name: string, make: (stack: Stack) => MillraceApplicationProps): string {
  const app = unbundledApp(join(directory, name));
  const stack = new Stack(app, 'Lint');
  new MillraceApplication(stack, 'Millrace', make(stack));
  app.synth();
  return join(directory, name, 'Lint.template.json');
}

const two = { app: twoStreams, entry: '/app/two.ts' };
const streamArn = 'arn:aws:kinesis:eu-west-1:123456789012:stream/clicks';
const VARIANTS: Readonly<Record<string, (stack: Stack) => MillraceApplicationProps>> = {
  'defaults, two streams': () => two,
  'keys of their own': (stack) => {
    const encryptionKey = new Key(stack, 'Key', { enableKeyRotation: true });
    return { ...two, streamDefaults: { encryptionKey }, tables: { encryptionKey } };
  },
  'signed requests': () => ({ ...two, api: { auth: 'iam' } }),
  'open to all': () => ({ ...two, api: { auth: 'none', cloudWatchRole: false } }),
  quota: () => ({ ...two, api: { quota: { limit: 1000, period: Period.DAY }, throttle: { rateLimit: 5, burstLimit: 10 } } }),
  'shards, traced, nothing retained': () => ({
    ...two,
    tracing: true,
    streamDefaults: { shards: 4, retention: Duration.days(30), removalPolicy: RemovalPolicy.RETAIN },
    tables: { removalPolicy: RemovalPolicy.DESTROY },
  }),
  'a stream that is there': (stack) => ({
    ...two,
    streams: { clicks: { stream: Stream.fromStreamArn(stack, 'Site', streamArn) } },
    startingPosition: 'LATEST',
  }),
  'from a time on': () => ({ ...two, startingPosition: new Date('2026-01-31T00:00:00Z') }),
  'alarms that tell somebody': (stack) => ({ ...two, alarms: { topic: new Topic(stack, 'Topic'), deadLetters: 10 } }),
};

test('finds what is wrong', () => {
  const file = join(directory, 'wrong.json');
  writeFileSync(file, JSON.stringify({ Resources: { Stream: { Type: 'AWS::Kinesis::Stream', Properties: { ShardCount: 'many' } } } }));
  expect(lint(file)).toContain("'many' is not of type 'integer'");
});

test('finds nothing in the templates of the examples and of every option', async () => {
  const examples = ['clickstream/app.ts', 'flights/app.ts', 'pyflink-intro/app.ts', 'sensors/app.sql', 'nexmark/app.sql'];
  const templates = Object.entries(VARIANTS).map(([name, make]) => template(name, make));
  for (const example of examples) {
    const { application: app, entry } = await loadApplication(`examples/${example}`);
    templates.push(template(example, () => ({ app, entry })));
  }
  expect(lint(...templates)).toBe('');
});
