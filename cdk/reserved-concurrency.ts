import { CfnFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { CollectorFunction } from './collector-function.ts'

/**
 * Reserves part of the AWS account's concurrency for some functions. No other function can use it, and these functions
 * cannot use more. By default, no function has a reservation, because AWS keeps 100 executions unreserved and a new
 * account has only 10.
 *
 * @param reserved the reserved executions by folder under functions/
 * @throws Error if a folder does not have a function below `scope`
 */
export const reserveConcurrency = (scope: Construct, reserved: ReadonlyMap<string, number>): void => {
  const functions = new Map(
    scope.node
      .findAll()
      .filter((construct) => construct instanceof CollectorFunction)
      .map((fn) => [fn.folder, fn]),
  )
  for (const [folder, executions] of reserved) {
    const resource = functions.get(folder)?.node.defaultChild
    if (!(resource instanceof CfnFunction))
      throw new Error(
        `The CDK context is not valid: reservedConcurrency names ${folder}, which is not one of ${[...functions.keys()].sort().join(', ')}`,
      )
    resource.reservedConcurrentExecutions = executions
  }
}
