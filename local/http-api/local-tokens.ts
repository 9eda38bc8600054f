import type { JWTPayload } from 'jose'
import type { Deployment } from '../assembly/deployment.ts'
import type { ApiSettings } from './api-settings.ts'
import type { LocalIssuer } from './local-issuer.ts'

export interface Groups {
  readonly admin: readonly string[]
  readonly reader: readonly string[]
}

export interface LocalTokens {
  readonly admin: string
  readonly reader: string
  sign(claims: JWTPayload): Promise<string>
}

/** Tokens for the API's audience, when its authorizer trusts the template's own user pool; else undefined. */
export async function localTokens(
  api: ApiSettings | undefined,
  issuer: LocalIssuer,
  { admin, reader }: Groups,
): Promise<LocalTokens | undefined> {
  const authorizer = api?.routes
    .map((route) => route.authorizer)
    .find((one) => one !== undefined && issuer.issues(one.issuer))
  const audience = authorizer?.audience[0]
  if (authorizer === undefined || audience === undefined) return undefined
  const sign = (claims: JWTPayload): Promise<string> => issuer.sign(authorizer.issuer, audience, claims)
  // `groups` beside Cognito's claim: the template may name another one.
  const ofGroups = (name: string, groups: readonly string[]): Promise<string> =>
    sign({ sub: name, username: name, 'cognito:groups': groups, groups })
  return { admin: await ofGroups('local-admin', admin), reader: await ofGroups('local-reader', reader), sign }
}

/** The admin is in every group the user pool declares, the reader in those whose name says so. */
export function declaredGroups(deployment: Deployment): Groups {
  const all = deployment.ofType('AWS::Cognito::UserPoolGroup').map((group) => String(group.property('GroupName')))
  const readers = all.filter((name) => /read/i.test(name))
  return { admin: all.length > 0 ? all : ['admin'], reader: readers.length > 0 ? readers : ['reader'] }
}
