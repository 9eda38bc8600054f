import { Stack } from 'aws-cdk-lib'
import { environmentNames } from '../../functions/environment.ts'
import type { CollectorFunction } from './collector-function.ts'

/**
 * Every secret of these kinds is named with this. No stack creates one: each belongs to something an admin describes.
 */
const namePrefix = 'postmaster/'
/** The tag that identifies the deployment that created a secret; lib/secrets/secret-kind.ts has the same key. */
const deploymentTag = 'postmaster:deployment'

const kinds = {
  account: 'There is one secret per mail account',
  profile: 'There is one secret per OAuth2 profile',
} as const
export type SecretKind = keyof typeof kinds

/** Lets the function read the secrets of this kind, and passes their naming scheme to it. */
export const grantSecretReading = (fn: CollectorFunction, kind: SecretKind): void => {
  const arn = nameSecrets(fn, kind)
  fn.may(['secretsmanager:GetSecretValue'], arn)
}

/**
 * Lets the function create, change, restore and delete secrets of this kind, but not read one. It creates them with the
 * tag of this deployment and no other tag. IAM requires TagResource if CreateSecret has tags, and cannot limit
 * TagResource to new secrets.
 *
 * Changing and deleting do not depend on the tag: after a restore into a new deployment, or after an upgrade from a
 * version without tags, accounts use secrets that have a different tag or no tag.
 */
export const grantSecretWriting = (fn: CollectorFunction, kind: SecretKind, deploymentId: string): void => {
  const arn = nameSecrets(fn, kind)
  fn.addEnvironment(environmentNames.deploymentId, deploymentId)
  fn.mayWhen(
    {
      StringEquals: { [`aws:RequestTag/${deploymentTag}`]: deploymentId },
      'ForAllValues:StringEquals': { 'aws:TagKeys': [deploymentTag] },
    },
    ['secretsmanager:CreateSecret', 'secretsmanager:TagResource'],
    arn,
  )
  fn.may(['secretsmanager:PutSecretValue', 'secretsmanager:RestoreSecret', 'secretsmanager:DeleteSecret'], arn)
}

/**
 * Lets the function list all secrets, and delete those of both kinds that have the tag of this deployment. The
 * condition uses the global key: DeleteSecret supports both this key and `secretsmanager:ResourceTag`, but IAM's tools
 * understand only the global key for every service.
 */
export const grantSecretSweeping = (fn: CollectorFunction, deploymentId: string): void => {
  const arns = [nameSecrets(fn, 'account'), nameSecrets(fn, 'profile')]
  fn.addEnvironment(environmentNames.deploymentId, deploymentId)
  fn.mayWhen(
    { StringEquals: { [`aws:ResourceTag/${deploymentTag}`]: deploymentId } },
    ['secretsmanager:DeleteSecret'],
    ...arns,
  )
  fn.may(['secretsmanager:ListSecrets'], '*')
  fn.acknowledgePattern(
    'Resource::*',
    'secretsmanager:ListSecrets does not support resource-level permissions. It returns names, dates and tags, but never values.',
  )
}

/** Passes the naming scheme of secrets to the function. @returns the pattern of their ARNs */
const nameSecrets = (fn: CollectorFunction, kind: SecretKind): string => {
  fn.addEnvironment(environmentNames.secretNamePrefix, namePrefix)
  const name = `${namePrefix}${kind}/*`
  fn.acknowledgePattern(
    `Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${name}`,
    `${kinds[kind]}, created at run time, and Secrets Manager ends each ARN with six random characters.`,
  )
  const { partition, region, account } = Stack.of(fn)
  return `arn:${partition}:secretsmanager:${region}:${account}:secret:${name}`
}
