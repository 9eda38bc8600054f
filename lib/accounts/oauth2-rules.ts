import * as z from 'zod'
import type { Profile, ProfileReader } from '../oauth2/profiles/profile.ts'
import type { Provider, ProviderReader } from '../oauth2/providers/provider.ts'
import type { FieldProblem } from '../problems/problem.ts'
import { type AccountType, accountTypeFacts, accountTypes } from './account-type.ts'
import { hostSchema, isLoopbackHost } from './mail-host.ts'

/** What the rules of accounts with OAuth2 are looked up in. */
export interface OAuth2Rules {
  readonly profiles: Pick<ProfileReader, 'read'>
  readonly providers: ProviderReader
  /** The deployment's switch for tests on one machine. */
  readonly allowClearTextOnLoopback: boolean
}

/** Reads what it can of a body that may be wrong elsewhere; what cannot be read is reported by the form itself. */
const relevantSchema = z.object({
  type: z.enum(accountTypes).optional().catch(undefined),
  profileId: z.string().min(1).max(64).optional().catch(undefined),
  host: hostSchema.optional().catch(undefined),
  mailbox: z.unknown().optional(),
})

const hasHostSchema = z.object({ host: z.unknown().refine((host) => host !== undefined) })

export interface OAuth2Checked {
  /** What the provider proposes, where no host was sent. */
  readonly proposedHost?: string | undefined
  readonly problems: FieldProblem[]
}

/** What an account with OAuth2 needs beyond its form: a profile that exists, a host, TLS. */
export const checkOAuth2 = async (raw: unknown, rules: OAuth2Rules): Promise<OAuth2Checked> => {
  const read = relevantSchema.safeParse(raw)
  if (!read.success) return { problems: [] }
  const { type, profileId } = read.data
  const chosen = profileId === undefined ? undefined : await readProfile(profileId, rules)
  if (chosen?.wrong !== undefined)
    return { problems: [{ path: '/profileId', message: chosen.wrong }, ...clearTypeProblems(read.data, rules)] }
  const proposed = chosen && type && proposedHost(chosen.provider, type)
  const sent = hasHostSchema.safeParse(raw).success
  const host = sent ? read.data.host : proposed
  return {
    ...(!sent && { proposedHost: proposed }),
    problems: [
      ...clearTypeProblems({ type, host }, rules),
      ...(chosen && type && !sent && proposed === undefined ? [hostMissing] : []),
      ...(chosen?.profile.grant === 'client_credentials' ? applicationProblems(read.data, proposed) : []),
    ],
  }
}

const hostMissing = { path: '/host', message: 'is missing: the profile’s provider proposes none' }

/** The mail server a provider proposes for the type, if any. */
export const proposedHost = ({ hosts }: Provider, type: AccountType): string | undefined =>
  hosts[accountTypeFacts(type).protocol]

const readProfile = async (
  profileId: string,
  { profiles, providers }: OAuth2Rules,
): Promise<
  { readonly wrong: string } | { readonly wrong?: never; readonly profile: Profile; readonly provider: Provider }
> => {
  const profile = await profiles.read(profileId)
  if (!profile) return { wrong: 'is not the id of an OAuth2 profile' }
  const provider = await providers.read(profile.providerId)
  return provider ? { profile, provider } : { wrong: 'is the id of a profile whose provider is gone' }
}

/** RFC 6750 section 5.3: whoever reads a bearer token on the way can use it. */
const clearTypeProblems = (
  { type, host }: { readonly type?: AccountType | undefined; readonly host?: string | undefined },
  { allowClearTextOnLoopback }: OAuth2Rules,
): FieldProblem[] => {
  if (type === undefined) return []
  const { security, protocol } = accountTypeFacts(type)
  if (security !== 'clear') return []
  if (allowClearTextOnLoopback && host !== undefined && isLoopbackHost(host)) return []
  const upper = protocol.toUpperCase()
  return [{ path: '/type', message: `a token is never sent without TLS: choose \`${upper}S\` or \`${upper}TLS\`` }]
}

/**
 * An application's own token opens every mailbox the application was let into, and no person's consent stands between it and a host somebody
 * names: it goes to the provider's mail servers only.
 */
const applicationProblems = (
  { host, mailbox }: z.output<typeof relevantSchema>,
  proposed: string | undefined,
): FieldProblem[] => [
  ...(mailbox === undefined
    ? []
    : [
        {
          path: '/mailbox',
          message: 'is for profiles that people consent by; with this one `username` is the mailbox',
        },
      ]),
  ...(proposed === undefined || host === undefined || host === proposed.toLowerCase()
    ? []
    : [{ path: '/host', message: `must be \`${proposed}\`: the application’s own token is sent to no other host` }]),
]
