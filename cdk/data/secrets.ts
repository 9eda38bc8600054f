import { Aws, Fn, Stack } from 'aws-cdk-lib'
import type { CollectorFunction } from '../collector-function.ts'
import { deploymentNames } from '../deployment-names.ts'
import type { EncryptionKey } from '../keys/encryption-key.ts'
import type { Tables } from './tables.ts'

/**
 * The tag that identifies the deployment that created a secret. lib/secrets/secrets-manager-secret-store.ts has the
 * same key.
 */
const deploymentTag = 'postmaster:deployment'

const kinds = {
  account: 'There is one secret per mail account',
  profile: 'There is one secret per OAuth2 profile',
  destination: 'There are up to two secrets per destination',
} as const
export type SecretKind = keyof typeof kinds

/** Lets the function read the secrets of this kind, and passes their naming scheme to it. */
export const grantSecretReading = (fn: CollectorFunction, kind: SecretKind): void => {
  const arn = nameSecrets(fn, kind)
  fn.may(['secretsmanager:GetSecretValue'], arn)
}

/**
 * Lets the function create, change, restore and delete secrets of this kind, but not read them. It creates them with
 * this deployment's tag and no other tag. IAM requires TagResource if CreateSecret has tags, and cannot limit
 * TagResource to new secrets.
 *
 * Changing and deleting do not depend on the tag. After a restore into a new deployment, or after an upgrade from a
 * version without tags, accounts use secrets that have a different tag or no tag.
 */
export const grantSecretWriting = (fn: CollectorFunction, kind: SecretKind, deploymentId: string): void => {
  const arn = nameSecrets(fn, kind)
  fn.addEnvironment('DEPLOYMENT_ID', deploymentId)
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
 * Lets the function obtain and refresh the tokens for mailbox logins. It can read the profile, call the provider and
 * write the grant.
 */
export const grantAccessTokens = (
  fn: CollectorFunction,
  { tables, encryptionKey }: { readonly tables: Tables; readonly encryptionKey: EncryptionKey },
): void => {
  tables.grant(fn, 'oauth2', { rows: ['GetItem'] })
  tables.grant(fn, 'oauthGrants', { rows: ['GetItem', 'UpdateItem'] })
  encryptionKey.grantOpenTokens(fn)
  grantSecretReading(fn, 'profile')
}

/**
 * Lets the function list all secrets and delete secrets of every kind that have this deployment's tag. The condition
 * uses the global key. DeleteSecret supports both this key and `secretsmanager:ResourceTag`, but IAM's tools understand
 * only the global key for every service.
 */
export const grantSecretSweeping = (fn: CollectorFunction, deploymentId: string): void => {
  const arns = (['account', 'profile', 'destination'] as const).map((kind) => nameSecrets(fn, kind))
  fn.addEnvironment('DEPLOYMENT_ID', deploymentId)
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

/**
 * Passes the naming scheme of secrets to the function. The stacks create no secrets. The functions create one for each
 * account or profile, and up to two for each destination.
 * @returns the pattern of their ARNs
 */
const nameSecrets = (fn: CollectorFunction, kind: SecretKind): string => {
  const { secretPrefix } = deploymentNames(fn)
  fn.addEnvironment('SECRET_NAME_PREFIX', secretPrefix)
  const name = `${secretPrefix}${kind}/*`
  fn.acknowledgePattern(
    `Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${name}`,
    `${kinds[kind]}, created at run time, and Secrets Manager appends six random characters to each ARN.`,
  )
  const { partition, region, account } = Stack.of(fn)
  return `arn:${partition}:secretsmanager:${region}:${account}:secret:${name}`
}

/**
 * Identifies this deployment: the last part of the stateful stack's id, a UUID that CloudFormation generates when it
 * creates a stack. Updates keep the id. A stack that is destroyed and deployed again gets a new id, and so does a
 * second deployment.
 * @returns the id for use in the collector stack
 */
export const exportDeploymentId = (stack: Stack): string =>
  stack.exportValue(Fn.select(2, Fn.split('/', Aws.STACK_ID)), {
    name: deploymentNames(stack).exported('DeploymentId'),
  })
