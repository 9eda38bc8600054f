import { Aws, Fn, Stack } from 'aws-cdk-lib'
import { Construct } from 'constructs'

const exportName = 'PostmasterDeploymentId'

/**
 * Identifies this deployment: the last part of the stateful stack's id, a UUID that CloudFormation generates when it
 * creates a stack. Updates keep the id. A stack that is destroyed and deployed again gets a new id, and so does a
 * second deployment.
 */
export class DeploymentId extends Construct {
  /** For use in the collector stack. */
  readonly value: string

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.value = Stack.of(this).exportValue(Fn.select(2, Fn.split('/', Aws.STACK_ID)), { name: exportName })
  }
}
