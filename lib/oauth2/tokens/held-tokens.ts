import type { Clock } from '../../text/clock.ts'
import { oauth2Finding } from '../findings/oauth2-findings.ts'
import { OAuth2Error, type OAuth2Finding } from '../oauth2-error.ts'
import type { Profile } from '../profiles/profile.ts'
import type { TokenAccount } from './access-tokens.ts'
import type { Grant } from './grant.ts'
import type { GrantStore } from './grant-store.ts'
import { lossOf } from './lost-consent.ts'
import type { OpenedTokens, TokenCipher } from './token-cipher.ts'

export interface HeldTokensServices {
  readonly grants: Pick<GrantStore, 'markReauthorizationNeeded'>
  readonly cipher: Pick<TokenCipher, 'open'>
  readonly now: Clock
}

/**
 * Returns the tokens in a grant's row. An app-only profile may have no usable tokens, because it can request new ones
 * from the provider.
 * @returns the tokens with the sealer for their successors, which the caller must dispose of
 * @throws OAuth2Error if no tokens are available. If only a new consent can help, the loss is recorded in the row.
 */
export const heldTokens = async (
  services: HeldTokensServices,
  grant: Grant | undefined,
  account: TokenAccount,
  profile: Profile,
): Promise<OpenedTokens | undefined> => {
  if (profile.grant === 'client_credentials') return await ownTokens(services, grant, profile)
  if (!grant) throw new OAuth2Error(oauth2Finding('consent-missing'))
  const loss = lossOf(grant, account, profile)
  // The right key may become available later, so unreadable tokens are tried again, and a refresh then connects the
  // account.
  if (loss && loss.code !== unreadable) throw new OAuth2Error(loss)
  try {
    const held = await opened(services, grant)
    if (held?.tokens.refreshToken !== undefined) return held
    held?.sealer[Symbol.dispose]()
  } catch (error) {
    const over = error instanceof OAuth2Error && error.finding.cure === 'consent'
    if (over && loss) throw new OAuth2Error(loss)
    throw over ? await lost(services, grant, error.finding) : error
  }
  throw await lost(services, grant, oauth2Finding('no-refresh-token'))
}

const unreadable = oauth2Finding('tokens-unreadable').code

/** Tokens of another client and unreadable tokens are not usable. */
const ownTokens = async (services: HeldTokensServices, grant: Grant | undefined, { grantEpoch }: Profile) => {
  if (grant?.grantEpoch !== grantEpoch) return undefined
  try {
    return await opened(services, grant)
  } catch (error) {
    if (error instanceof OAuth2Error && error.finding.code === unreadable) return undefined
    throw error
  }
}

const opened = async ({ cipher }: HeldTokensServices, { grantKey, sealed, dataKey }: Grant) => {
  if (sealed === undefined) return undefined
  if (dataKey === undefined) throw new OAuth2Error(oauth2Finding('tokens-unreadable'))
  return await cipher.open(grantKey, { sealed, dataKey })
}

const lost = async ({ grants, now }: HeldTokensServices, grant: Grant, finding: OAuth2Finding) => {
  await grants.markReauthorizationNeeded(grant, finding, now().toISOString(), { forget: false })
  return new OAuth2Error(finding)
}
