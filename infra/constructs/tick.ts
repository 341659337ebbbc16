import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/** The schedule of the maintenance tick: it invokes the merge function each minute, which registers shards, advances idle shards, writes checkpoints and merges. */
export class Tick extends Construct {
  constructor(scope: Construct, id: string, props: { readonly application: string; readonly target: IFunction }) {
    super(scope, id);
    new Rule(this, 'Rule', {
      description: `Millrace ${props.application}: registers shards, advances idle shards, writes checkpoints and merges`,
      schedule: Schedule.rate(Duration.minutes(1)),
      // A late tick has no value, because the next one does the same.
      targets: [new LambdaFunction(props.target, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
  }
}
