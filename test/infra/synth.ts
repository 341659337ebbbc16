import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type AppProps, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll } from 'vitest';
import { MillraceApplication, type MillraceApplicationProps } from '../../infra/constructs/millrace-application.ts';
import { application, view } from '../../lib/dsl/application.ts';
import { stream } from '../../lib/dsl/stream.ts';
import { tumbling } from '../../lib/dsl/window.ts';

// CDK's own check of templates takes as long as all else; the test of `cdk synth` has it.
process.env.CDK_VALIDATION = 'false';

const columns = { page: 'text', at: 'timestamptz' } as const;
const views = (name: string, of: string) =>
  view(
    name,
    stream(of, { columns, eventTime: 'at' })
      .keyBy('page')
      .window(tumbling('1 minute'))
      .aggregate((a) => ({ views: a.count() })),
  );

/** An application of one stream, `clicks`. */
export const shop = application('shop', { views: [views('page_views', 'clicks')] });

/** An application of two streams, `clicks` and `page-orders`. */
export const twoStreams = application('two', {
  views: [views('page_views', 'clicks'), views('page_orders', 'page-orders'), views('more', 'clicks')],
});

const directory = mkdtempSync(join(tmpdir(), 'millrace-synth-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A CDK app whose output is removed after the tests of a file. CDK's own default is a directory that stays. */
export function testApp(props: AppProps = {}): App {
  return new App({ outdir: mkdtempSync(join(directory, 'app-')), ...props });
}

/** A CDK app that does not bundle: what is in the functions' code is not looked at. */
export function unbundledApp(outdir?: string): App {
  return testApp({ context: { 'aws:cdk:bundling-stacks': [] }, ...(outdir ? { outdir } : {}) });
}

type Props = Partial<MillraceApplicationProps>;

/** The shop, with other props where given, or with resources of its stack, as CloudFormation gets it. */
export function synthesize(props: Props | ((stack: Stack) => Props) = {}): Template {
  const stack = new Stack(unbundledApp(), 'Test');
  const given = typeof props === 'function' ? props(stack) : props;
  new MillraceApplication(stack, 'Shop', { app: shop, entry: '/app/shop.ts', ...given });
  return Template.fromStack(stack);
}
