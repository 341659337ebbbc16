import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Says why a cdk-nag rule is not followed by a construct and what is in it.
 *
 * @param construct where
 * @param id the rule, or one finding of it: `AwsSolutions-IAM5[Resource::*]`
 * @param reason why what the rule asks for is not needed, or is there in another way
 */
export function acknowledge(construct: IConstruct, id: string, reason: string): void {
  Validations.of(construct).acknowledge({ id, reason });
}
