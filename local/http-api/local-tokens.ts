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

/** The claims of the two people whom the local run knows. */
export const claimsOf = ({ admin, reader }: Groups) => ({
  admin: claimsIn('local-admin', admin),
  reader: claimsIn('local-reader', reader),
})

/** `groups` is set in addition to Cognito's claim, because the template may use another claim name. */
const claimsIn = (name: string, groups: readonly string[]): JWTPayload => ({
  sub: name,
  username: name,
  'cognito:groups': groups,
  groups,
})

/**
 * Signs tokens for the API's audience.
 * @returns undefined unless the API's authorizer trusts the template's own user pool
 */
export const localTokens = async (
  api: ApiSettings | undefined,
  issuer: LocalIssuer,
  groups: Groups,
): Promise<LocalTokens | undefined> => {
  const authorizer = api?.routes
    .map((route) => route.authorizer)
    .find((one) => one !== undefined && issuer.issues(one.issuer))
  const audience = authorizer?.audience[0]
  if (authorizer === undefined || audience === undefined) return undefined
  const sign = (claims: JWTPayload): Promise<string> => issuer.sign(authorizer.issuer, audience, claims)
  const { admin, reader } = claimsOf(groups)
  return { admin: await sign(admin), reader: await sign(reader), sign }
}

/** The admin is in every group that the user pool declares. The reader is in the groups whose name contains "read". */
export const declaredGroups = (deployment: Deployment): Groups => {
  const all = deployment.ofType('AWS::Cognito::UserPoolGroup').map((group) => String(group.property('GroupName')))
  const readers = all.filter((name) => /read/i.test(name))
  return { admin: all.length > 0 ? all : ['admin'], reader: readers.length > 0 ? readers : ['reader'] }
}
