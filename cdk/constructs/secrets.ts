import { Stack } from 'aws-cdk-lib'
import { environmentNames } from '../../functions/environment.ts'
import type { CollectorFunction } from './collector-function.ts'

export type SecretAction = 'CreateSecret' | 'PutSecretValue' | 'GetSecretValue' | 'DeleteSecret' | 'RestoreSecret'

/** Every secret of these kinds is named with this. No stack creates one: each belongs to something an admin describes. */
const namePrefix = 'postmaster/'

const kinds = {
  account: 'There is one secret per mail account',
  profile: 'There is one secret per OAuth2 profile',
} as const

/** Lets the function do exactly this with the accounts' passwords and tells it how they are named. */
export const grantAccountSecrets = (fn: CollectorFunction, actions: readonly SecretAction[]): void =>
  grantSecrets(fn, 'account', actions)

/** Lets the function do exactly this with the client secrets of OAuth2 profiles and tells it how they are named. */
export const grantProfileSecrets = (fn: CollectorFunction, actions: readonly SecretAction[]): void =>
  grantSecrets(fn, 'profile', actions)

const grantSecrets = (fn: CollectorFunction, kind: keyof typeof kinds, actions: readonly SecretAction[]): void => {
  fn.addEnvironment(environmentNames.secretNamePrefix, namePrefix)
  const name = `${namePrefix}${kind}/*`
  const { partition, region, account } = Stack.of(fn)
  fn.may(
    actions.map((action) => `secretsmanager:${action}`),
    `arn:${partition}:secretsmanager:${region}:${account}:secret:${name}`,
  )
  fn.acknowledgePattern(
    `Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${name}`,
    `${kinds[kind]}, created at run time, and Secrets Manager ends each ARN with six random characters.`,
  )
}

/** ListSecrets has no resource to name; it tells names and dates, never values. */
export const grantListSecrets = (fn: CollectorFunction): void => {
  fn.may(['secretsmanager:ListSecrets'], '*')
  fn.acknowledgePattern('Resource::*', 'secretsmanager:ListSecrets knows no resources; it shows names, never values.')
}
