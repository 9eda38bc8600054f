import type { Construct } from 'constructs'
import * as z from 'zod'

/**
 * CloudFormation starts the names of resources with the name of their stack. If a name would be too long, it shortens
 * the stack's name, but not below half of what remains without a random suffix (IdentifierUtils.java of its own
 * cloudformation-cli-java-plugin). The shortest limit that matters is that of FIFO queues: (75 - 14) / 2.
 */
const keptOfStackName = 30
/** The part of a stack's name that is kept then contains the whole stage and the character after it. */
const longestStage = keptOfStackName - 'Postmaster--C'.length

/** The name of a deployment that shares its AWS account and region with others. */
export const stageSchema = z
  .string()
  .max(longestStage)
  // CloudFormation replaces two hyphens with one, so they would not distinguish deployments.
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, {
    error: 'must consist of lower-case letters and digits, with single hyphens between them, as in test or desk-2',
  })

/**
 * The names that must differ between two deployments in one AWS account and region. CloudFormation generates all other
 * names from the names of the stacks. A stage consists of lower-case letters, digits and hyphens, and what follows it
 * starts with another character. Therefore, no name of a deployment is the beginning of a name of another one.
 */
export interface DeploymentNames {
  readonly stage: string | undefined
  /** The name for people, for example `Postmaster test`. */
  readonly title: string
  readonly stack: (part: 'Stateful' | 'Collector') => string
  /** The name of an export of the stateful stack. */
  readonly exported: (value: string) => string
  readonly secretPrefix: string
  readonly apiName: string
  readonly metricsNamespace: string
}

/** @returns what the names of all resources of this stack begin with, and no name of another deployment */
export const namesBeginWith = (stackName: string): string =>
  stackName.length < keptOfStackName ? `${stackName}-` : stackName.slice(0, keptOfStackName)

/**
 * @returns the name of the log group of the API's access log. API Gateway may write to a log group only if a resource policy
 *   of the AWS account allows it. Such a policy has at most 5,120 characters, and one entry covers all groups below
 *   `/aws/vendedlogs/`, so other APIs of the account do not fill it up.
 */
export const accessLogNameOf = (stackName: string): string => `/aws/vendedlogs/${stackName}/api-access`

/** @throws Error if the stage in the CDK context is not valid */
export const deploymentNames = (scope: Construct): DeploymentNames => {
  const stage = stageSchema.optional().parse(scope.node.tryGetContext('stage'))
  if (stage === undefined)
    return {
      stage,
      title: 'Postmaster',
      stack: (part) => `Postmaster${part}`,
      exported: (value) => `Postmaster${value}`,
      secretPrefix: 'postmaster/',
      apiName: 'postmaster',
      metricsNamespace: 'Postmaster',
    }
  return {
    stage,
    title: `Postmaster ${stage}`,
    stack: (part) => `Postmaster-${stage}-${part}`,
    exported: (value) => `Postmaster-${stage}-${value}`,
    secretPrefix: `postmaster-${stage}/`,
    apiName: `postmaster-${stage}`,
    metricsNamespace: `Postmaster/${stage}`,
  }
}
