import { CfnFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { CollectorFunction } from './collector-function.ts'

/**
 * Sets aside a part of the AWS account's concurrency for some functions: no other function can take it, and they cannot take more. No function
 * has a reservation by default, because AWS keeps 100 unreserved and a new account has only 10.
 * @param reserved by the folder under functions/
 * @throws Error when a folder has no function below `scope`
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
        `Context is not usable: reservedConcurrency names ${folder}, which is not one of ${[...functions.keys()].sort().join(', ')}`,
      )
    resource.reservedConcurrentExecutions = executions
  }
}
