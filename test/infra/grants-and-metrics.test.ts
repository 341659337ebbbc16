import { Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, test } from 'vitest';
import { MillraceApplication, type MillraceApplicationProps } from '../../infra/constructs/millrace-application.ts';
import { shop, unbundledApp } from './synth.ts';

function made(props: Partial<MillraceApplicationProps> = {}) {
  const stack = new Stack(unbundledApp(), 'Test');
  return { stack, shop: new MillraceApplication(stack, 'Shop', { app: shop, entry: '/app/shop.ts', ...props }) };
}

describe('grantQuery', () => {
  test('lets a role send what the API takes, and no more', () => {
    const { stack, shop } = made({ api: { auth: 'iam' } });
    const role = new Role(stack, 'Reader', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    shop.grantQuery(role);
    const stage = Match.arrayWith([Match.stringLikeRegexp('/GET/\\*$')]);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: Match.stringLikeRegexp('^Reader') }],
      PolicyDocument: {
        Statement: [
          {
            Action: 'execute-api:Invoke',
            Effect: 'Allow',
            Resource: [{ 'Fn::Join': ['', stage] }, { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp('/POST/v1/sql$')])] }],
          },
        ],
      },
    });
  });

  test.each(['api-key', 'none'] as const)('is refused with auth: %s, where it would change nothing', (auth) => {
    const { stack, shop } = made({ api: { auth } });
    const role = new Role(stack, 'Reader', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    expect(() => shop.grantQuery(role)).toThrow(`grantQuery needs api: { auth: 'iam' }; with '${auth}'`);
  });
});

describe('metrics', () => {
  const { shop } = made();
  const dimensions = { application: 'shop', stream: 'clicks' };

  test.each([
    ['Events', 'Sum', shop.metricEvents('clicks')],
    ['LateEvents', 'Sum', shop.metricLateEvents('clicks')],
    ['DeadLetters', 'Sum', shop.metricDeadLetters('clicks')],
    ['Freshness', 'p99', shop.metricFreshness('clicks')],
    ['WriteUnits', 'Sum', shop.metric('WriteUnits', 'clicks')],
  ])('%s: %s', (metricName, statistic, metric) => {
    expect(metric).toMatchObject({ namespace: 'Millrace', metricName, dimensions, statistic });
    expect(metric.period.toSeconds()).toBe(60);
  });

  test('take a period and a statistic', () => {
    const metric = shop.metricFreshness('clicks', { period: Duration.minutes(5), statistic: 'Maximum' });
    expect([metric.period.toMinutes(), metric.statistic]).toEqual([5, 'Maximum']);
  });

  test('of a stream that there is not are refused', () => {
    expect(() => shop.metricEvents('click')).toThrow('there is no stream "click"; did you mean "clicks"?');
  });
});
