import { type App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Stream } from 'aws-cdk-lib/aws-kinesis';
import { describe, expect, test } from 'vitest';
import { MillraceApplication, type MillraceApplicationProps } from '../../infra/constructs/millrace-application.ts';
import { application, view } from '../../lib/dsl/application.ts';
import { stream } from '../../lib/dsl/stream.ts';
import { tumbling } from '../../lib/dsl/window.ts';
import { shop, testApp } from './synth.ts';

/** An application of streams of these names. */
const manyStreams = (names: readonly string[]) =>
  application('many', {
    views: names.map((name, i) =>
      view(
        `view_${i}`,
        stream(name, { columns: { page: 'text', at: 'timestamptz' }, eventTime: 'at' })
          .keyBy('page')
          .window(tumbling('1 minute'))
          .aggregate((a) => ({ views: a.count() })),
      ),
    ),
  });

const numbered = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${String(i).padStart(3, '0')}`);

const ACCOUNT = '123456789012';
const env = { account: ACCOUNT, region: 'eu-west-1' };
const unbundled = (): App => testApp({ context: { 'aws:cdk:bundling-stacks': [] } });

function synthesizeMany(names: readonly string[], props: Partial<MillraceApplicationProps> = {}): Template {
  const stack = new Stack(unbundled(), 'millrace-many');
  new MillraceApplication(stack, 'Millrace', { app: manyStreams(names), entry: '/app/many.ts', ...props });
  return Template.fromStack(stack);
}

describe('the environment of the functions', () => {
  test('has room for 40 streams', () => {
    synthesizeMany(numbered('orders-', 40)).resourceCountIs('AWS::Kinesis::Stream', 40);
  });

  test('is refused at synth when it can become larger than Lambda allows, with what to do', () => {
    const names = numbered('a-stream-with-quite-a-long-name-', 40);
    expect(() => synthesizeMany(names)).toThrow(
      /Functions\/Aggregate\/Function\] the environment variables of this function can take \d+ bytes, and Lambda allows 4096; MILLRACE_STREAMS takes \d+: give the streams short names by streamName/,
    );
    // Doing so helps.
    const streams = Object.fromEntries(names.map((name, i) => [name, { streamName: `s${i}` }]));
    synthesizeMany(names, { streams }).resourceCountIs('AWS::Kinesis::Stream', 40);
  });

  test('says the streams only to the functions that read them', () => {
    const template = synthesizeMany(['orders']);
    for (const [file, reads] of Object.entries({ aggregate: true, merge: true, query: false, sql: false })) {
      const expected = reads ? Match.anyValue() : Match.absent();
      template.hasResourceProperties('AWS::Lambda::Function', {
        Handler: `${file}.handler`,
        Environment: { Variables: Match.objectLike({ MILLRACE_STREAMS: expected, MILLRACE_STARTING_POSITION: expected }) },
      });
    }
  });

  test.each([
    ['the name of a stream of its own account', ACCOUNT, 'site'],
    ['the ARN of a stream of another account', '210987654321', 'arn:aws:kinesis:eu-west-1:210987654321:stream/site'],
  ])('has %s', (_, account, said) => {
    const stack = new Stack(unbundled(), 'Test', { env });
    const site = Stream.fromStreamArn(stack, 'Site', `arn:aws:kinesis:eu-west-1:${account}:stream/site`);
    new MillraceApplication(stack, 'Shop', { app: shop, entry: '/app/shop.ts', streams: { clicks: { stream: site } } });
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      Handler: 'aggregate.handler',
      Environment: { Variables: Match.objectLike({ MILLRACE_STREAMS: JSON.stringify({ clicks: said }) }) },
    });
  });
});
