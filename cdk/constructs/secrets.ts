import { Stack } from 'aws-cdk-lib'
import { environmentNames } from '../../functions/environment.ts'
import type { CollectorFunction } from './collector-function.ts'

/** Every secret of these kinds is named with this. No stack creates one: each belongs to something an admin describes. */
const namePrefix = 'postmaster/'
/** The tag that says which deployment created a secret; lib/secrets/secret-kind.ts has the same. */
const deploymentTag = 'postmaster:deployment'

const kinds = {
  account: 'There is one secret per mail account',
  profile: 'There is one secret per OAuth2 profile',
} as const
export type SecretKind = keyof typeof kinds

/** Lets the function read the values of this kind and tells it how they are named. */
export const grantSecretReading = (fn: CollectorFunction, kind: SecretKind): void => {
  const arn = nameSecrets(fn, kind)
  fn.may(['secretsmanager:GetSecretValue'], arn)
}

/**
 * Lets the function create, change, restore and delete secrets of this kind, but not read one. It creates them with the tag of this deployment
 * and with no other; IAM asks for TagResource when CreateSecret names tags. IAM cannot limit TagResource to new secrets.
 *
 * Changing and deleting do not depend on the tag: after a restore into a new deployment, and after an upgrade from a version without
 * tags, accounts use secrets that carry another tag or none.
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
 * Lets the function list all secrets and delete those of both kinds that carry the tag of this deployment. The condition uses the global key:
 * DeleteSecret supports it as well as `secretsmanager:ResourceTag`, and IAM's tools understand it for every service.
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
    'secretsmanager:ListSecrets supports no resources; it shows names, dates and tags, and never values.',
  )
}

/** Tells the function how secrets are named. @returns the pattern of their ARNs */
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
