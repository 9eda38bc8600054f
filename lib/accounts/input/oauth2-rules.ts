import { type AccountType, accountTypeFacts, type MailProtocol } from '../../mailbox/account-type.ts'
import { isLoopbackHost } from '../../network/loopback.ts'
import type { FieldProblem } from '../../reasons/problem.ts'
import type { ChosenProfile, ChosenProfiles } from '../account-oauth2.ts'
import type { Draft } from './account-input-schema.ts'

/** The dependencies of the rules for OAuth2 accounts. */
export interface OAuth2Rules {
  readonly profiles: ChosenProfiles
  /** A deployment parameter for tests on one machine. */
  readonly allowClearTextOnLoopback: boolean
}

export interface OAuth2Checked {
  /** The host that the provider proposes, if the caller sent none. */
  readonly proposedHost?: string | undefined
  readonly problems: FieldProblem[]
}

/**
 * Checks the rules for an OAuth2 account that its form cannot express: the profile exists, the host may receive its
 * tokens, and the type uses TLS.
 */
export const checkOAuth2 = async ({ sent, valid }: Draft, rules: OAuth2Rules): Promise<OAuth2Checked> => {
  const { type, profileId } = valid
  const profile = profileId === undefined ? undefined : await rules.profiles.read(profileId)
  const wrong = profileId === undefined ? undefined : wrongProfile(profile)
  const proposed = profile && type && proposedHost(profile, type)
  const host = sent.host === undefined ? proposed : valid.host
  const forTokens = profile && type && tokenHostProblem(profile, accountTypeFacts[type].protocol, host)
  const isMissing = profile?.hosts !== undefined && type !== undefined && host === undefined && sent.host === undefined
  return {
    ...(sent.host === undefined && { proposedHost: proposed }),
    problems: [
      ...(wrong === undefined ? [] : [{ path: '/profileId', message: wrong }]),
      ...clearTypeProblems({ type, host }, rules),
      ...(forTokens ? [forTokens] : isMissing ? [hostMissing] : []),
      ...(profile?.grant === 'client_credentials' && sent.mailbox !== undefined ? [mailboxNotUsed] : []),
    ],
  }
}

const wrongProfile = (profile: ChosenProfile | undefined): string | undefined => {
  if (!profile) return 'is not the id of an OAuth2 profile'
  return profile.hosts ? undefined : 'is the id of a profile whose provider no longer exists'
}

const hostMissing = { path: '/host', message: 'is missing, and the profile’s provider does not propose one' }

/** @returns the mail server that the profile's provider proposes for the type, if any */
export const proposedHost = ({ hosts }: ChosenProfile, type: AccountType): string | undefined =>
  hosts?.[accountTypeFacts[type].protocol]

/** RFC 6750 section 5.3: anyone who intercepts a bearer token can use it. */
const clearTypeProblems = (
  { type, host }: { readonly type?: AccountType | undefined; readonly host?: string | undefined },
  { allowClearTextOnLoopback }: OAuth2Rules,
): FieldProblem[] => {
  if (type === undefined) return []
  const { security, protocol } = accountTypeFacts[type]
  if (security !== 'clear') return []
  if (allowClearTextOnLoopback && host !== undefined && isLoopbackHost(host)) return []
  const upper = protocol.toUpperCase()
  return [
    { path: '/type', message: `must be \`${upper}S\` or \`${upper}TLS\`, because a token is never sent without TLS` },
  ]
}

const mailboxNotUsed = {
  path: '/mailbox',
  message: 'is only for profiles that require a consent. With this profile, `username` is the mailbox',
}

/**
 * @returns why the profile's tokens may not be sent to `host`; undefined if they may, or if the host is not known yet
 */
const tokenHostProblem = (
  { grant, tokenHosts }: ChosenProfile,
  protocol: MailProtocol,
  host: string | undefined,
): FieldProblem | undefined => {
  if (tokenHosts === undefined || tokenHosts === 'any') return undefined
  const allowed = tokenHosts[protocol]
  if (allowed.length === 0) return { path: '/profileId', message: namesNoHost(protocol) }
  if (host === undefined || allowed.includes(host)) return undefined
  return { path: '/host', message: mustBeOneOf(allowed, grant) }
}

const namesNoHost = (protocol: MailProtocol): string =>
  `cannot be used for ${protocol.toUpperCase()}. Postmaster sends an app-only token only to the mail server that its ` +
  `provider specifies, and this provider does not specify one. Set the provider’s \`hosts.${protocol}\` first`

const mustBeOneOf = (allowed: readonly string[], grant: ChosenProfile['grant']): string => {
  const hosts = allowed.map((host) => `\`${host}\``).join(' or ')
  return grant === 'client_credentials'
    ? `must be ${hosts}, because Postmaster does not send the app-only token to any other host`
    : `must be ${hosts}, because Postmaster sends this provider’s tokens only to its own mail servers. For a proxy, add an OAuth2 provider of your own`
}
