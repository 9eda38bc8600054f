import { Aws, Fn, Stack } from 'aws-cdk-lib'
import { Construct } from 'constructs'

const exportName = 'PostmasterDeploymentId'

/**
 * Tells this deployment from every other one: the last part of the stateful stack's id, a UUID that CloudFormation makes for each creation of
 * a stack. It stays the same through updates, and is another one after destroying and deploying again and in a second deployment.
 */
export class DeploymentId extends Construct {
  /** For use in the collector stack. */
  readonly value: string

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.value = Stack.of(this).exportValue(Fn.select(2, Fn.split('/', Aws.STACK_ID)), { name: exportName })
  }
}
