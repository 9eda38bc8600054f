import { oauth2Findings } from '../findings/oauth2-findings.ts'
import { OAuth2Error, type OAuth2Finding } from '../oauth2-error.ts'
import type { Profile } from '../profiles/profile.ts'
import type { TokenAccount } from './access-tokens.ts'
import type { Grant } from './grant.ts'
import type { GrantStore } from './grant-store.ts'
import { lossOf } from './lost-consent.ts'
import type { TokenCipher, Tokens } from './token-cipher.ts'

export interface HeldTokensServices {
  readonly grants: Pick<GrantStore, 'markReauthorizationNeeded'>
  readonly cipher: Pick<TokenCipher, 'open'>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * The tokens in a grant's row. An application may have none, or none it can use: it just asks for its own.
 * @throws OAuth2Error where only a new consent helps; what the row itself is the reason of is written down in it
 */
export const heldTokens = async (
  services: HeldTokensServices,
  grant: Grant | undefined,
  account: TokenAccount,
  profile: Profile,
): Promise<Tokens | undefined> => {
  if (profile.grant === 'client_credentials') return await ownTokens(services, grant, profile)
  if (!grant) throw new OAuth2Error(oauth2Findings['consent-missing'])
  const loss = lossOf(grant, account, profile)
  // Nothing is lost that an operator's right key does not bring back: it is tried again, and a refresh then connects the account.
  if (loss && loss.code !== unreadable) throw new OAuth2Error(loss)
  try {
    const tokens = await opened(services, grant)
    if (tokens?.refreshToken !== undefined) return tokens
  } catch (error) {
    const over = error instanceof OAuth2Error && error.finding.cure === 'consent'
    if (over && loss) throw new OAuth2Error(loss)
    throw over ? await lost(services, grant, error.finding) : error
  }
  throw await lost(services, grant, oauth2Findings['no-refresh-token'])
}

const unreadable = oauth2Findings['tokens-unreadable'].code

/** What another client got, or what cannot be read, is as good as nothing. */
const ownTokens = async (services: HeldTokensServices, grant: Grant | undefined, { grantEpoch }: Profile) => {
  if (grant?.grantEpoch !== grantEpoch) return undefined
  try {
    return await opened(services, grant)
  } catch (error) {
    if (error instanceof OAuth2Error) return undefined
    throw error
  }
}

const opened = async ({ cipher }: HeldTokensServices, { grantKey, sealed, keyId }: Grant) =>
  sealed === undefined || keyId === undefined ? undefined : await cipher.open(grantKey, { sealed, keyId })

const lost = async ({ grants, now }: HeldTokensServices, grant: Grant, finding: OAuth2Finding) => {
  await grants.markReauthorizationNeeded(grant, finding, new Date(now()).toISOString(), { forget: false })
  return new OAuth2Error(finding)
}
