import { Stack, Token } from 'aws-cdk-lib';
import { CfnStream } from 'aws-cdk-lib/aws-kinesis';
import type { CfnFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';

/** What Lambda allows for the names and values of a function's environment variables together, in bytes. */
const LIMIT = 4096;
/** Characters at the end of a name that CloudFormation generates, with the hyphen before them. */
const SUFFIX = 13;
/** Characters of the longest stack name, for a stack whose name is not known before the deployment. */
const LONGEST_STACK_NAME = 128;
/** Characters of the longest account, partition, region or other pseudo parameter. */
const LONGEST_PSEUDO_PARAMETER = 16;
/** Characters of the longest name of a stream; what is not known before the deployment is such a name at the longest. */
const LONGEST_NAME = 128;

/**
 * Refuses at synthesis what Lambda would refuse in the middle of a deployment: environment variables of more than 4 KB. Names that CloudFormation
 * generates count as long as they can become: the stack's name, the logical id and a random suffix.
 *
 * Source: AWS Lambda Developer Guide, "Lambda quotas"; AWS CloudFormation User Guide, "Name type".
 */
export function checkEnvironmentSize(target: LambdaFunction): void {
  target.node.addValidation({
    validate: () => {
      const stack = Stack.of(target);
      const { environment } = target.node.defaultChild as CfnFunction;
      const { variables = {} }: { variables?: Record<string, unknown> } = stack.resolve(environment) ?? {};
      const names = streamNames(stack);
      const sizes = Object.entries(variables).map(([name, value]): [string, number] => [name, name.length + longest(value, stack, names)]);
      const bytes = sizes.reduce((sum, [, size]) => sum + size, 0);
      if (bytes <= LIMIT) return [];
      const [[name, size] = ['', 0]] = sizes.sort(([, a], [, b]) => b - a);
      return [
        `the environment variables of this function can take ${bytes} bytes, and Lambda allows ${LIMIT}; ${name} takes ${size}: give the streams short names by streamName, shorten the stack’s name, or split the application`,
      ];
    },
  });
}

/** The streams whose names are in the template, by their logical ids. */
function streamNames(stack: Stack): ReadonlyMap<string, string> {
  return new Map(
    stack.node
      .findAll()
      .filter((construct) => construct instanceof CfnStream)
      .flatMap(({ logicalId, name }) => (name === undefined || Token.isUnresolved(name) ? [] : [[stack.resolve(logicalId), name]])),
  );
}

/** The bytes of a resolved value at the longest. */
function longest(value: unknown, stack: Stack, names: ReadonlyMap<string, string>): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return String(value).length;
  const [[intrinsic, argument] = ['', undefined]] = Object.entries(value);
  if (intrinsic === 'Fn::Join') {
    const [delimiter, parts] = argument as [string, unknown[]];
    return parts.reduce<number>((sum, part) => sum + longest(part, stack, names), delimiter.length * (parts.length - 1));
  }
  if (intrinsic !== 'Ref') return LONGEST_NAME;
  const id = argument as string;
  if (id.startsWith('AWS::')) return LONGEST_PSEUDO_PARAMETER;
  const name = names.get(id);
  if (name !== undefined) return name.length;
  const stackName: unknown = stack.resolve(stack.stackName);
  const stackNameLength = typeof stackName === 'string' ? stackName.length : LONGEST_STACK_NAME;
  return Math.min(stackNameLength + 1 + id.length + SUFFIX, LONGEST_NAME);
}
