import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../text/clock.ts'
import type { TokenAnswer } from '../authorization/server-answer.ts'
import { OAuth2Error, type OAuth2Finding } from '../oauth2-error.ts'
import type { Profile } from '../profiles/profile.ts'
import { assertTokenDestination, readSetup, type Setup, type SetupReaders } from '../setup.ts'
import type { AccessToken, AccessTokens, TokenAccount, TokenOptions } from './access-tokens.ts'
import type { Grant } from './grant.ts'
import { endAfter, grantKeyOf, isAlive, isFresh } from './grant.ts'
import type { GrantStore, RefreshClaim } from './grant-store.ts'
import { heldTokens } from './held-tokens.ts'
import { prepareRenewal, type RenewalServices } from './renewal.ts'
import type { TokenCipher, TokenSealer, Tokens } from './token-cipher.ts'

export interface TokenServices extends SetupReaders, RenewalServices {
  readonly grants: GrantStore
  readonly cipher: TokenCipher
  readonly now: Clock
  /** Waits for the given milliseconds or until `signal` fires. For tests. */
  readonly pause?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>
}

/** Milliseconds. A request takes 10 s at most. The rest is for the write and for differences between clocks. */
const claimTime = 30_000
/** Longer than a claim, so that a waiting caller can take over from one that died. */
const longestWait = 35_000
/** Most refreshes take less than half a second. With 50 waiting callers, the row is read at most 50 times a second. */
const firstPause = 100
const longestPause = 1_000

const refreshUnderWay: OAuth2Finding = {
  code: 'refresh-under-way',
  detail: 'Another request for a new token is in progress and did not finish in time.',
  remedy: 'No action is needed. The next run tries again.',
  cure: 'waiting',
}

/** One call of `tokenFor`, with its inputs. */
interface Wanted extends Setup<TokenAccount> {
  readonly grantKey: string
  readonly refused: string | undefined
}

/**
 * Returns tokens from the grants table. One caller at a time refreshes them, in any process. The row's version decides
 * which one.
 */
export class SingleFlightTokens implements AccessTokens {
  readonly #services: TokenServices

  constructor(services: TokenServices) {
    this.#services = services
  }

  async tokenFor(account: TokenAccount, { refused, signal }: TokenOptions = {}): Promise<AccessToken> {
    const { now, pause = pauseFor } = this.#services
    const giveUpAt = now().getTime() + longestWait
    for (let wait = firstPause; ; wait = Math.min(wait * 2, longestPause)) {
      // Profile and provider are read again on each round, like the grant, because they may change during the wait.
      const setup = await readSetup(this.#services, account)
      assertTokenDestination(setup)
      const grantKey = grantKeyOf(account.accountId, setup.profile)
      const token = await this.#attempt({ ...setup, grantKey, refused })
      if (token) return token
      if (signal?.aborted || now().getTime() > giveUpAt) throw new OAuth2Error(refreshUnderWay)
      await pause(wait, signal)
    }
  }

  /** @returns undefined if another caller is refreshing */
  async #attempt(wanted: Wanted): Promise<AccessToken | undefined> {
    const grant = await this.#services.grants.read(wanted.grantKey)
    const held = await heldTokens(this.#services, grant, wanted.account, wanted.profile)
    using sealer = held?.sealer
    const tokens = held?.tokens
    const now = this.#services.now().getTime()
    const serves = grant?.state === 'connected' && tokens && tokens.accessToken !== wanted.refused
    if (serves && isFresh(grant, now)) return { accessToken: tokens.accessToken, expiresAt: grant.accessExpiresAt }
    if (grant?.refreshingUntil !== undefined && Date.parse(grant.refreshingUntil) >= now) return undefined
    try {
      return await this.#refresh(wanted, grant, tokens, sealer)
    } catch (error) {
      // A failed refresh does not matter while the current token is still valid for some minutes, unless the consent is
      // no longer valid.
      const mayWait = error instanceof OAuth2Error && error.finding.cure !== 'consent'
      if (mayWait && serves && isAlive(grant, now))
        return { accessToken: tokens.accessToken, expiresAt: grant.accessExpiresAt }
      throw error
    }
  }

  async #refresh(
    wanted: Wanted,
    grant: Grant | undefined,
    before: Tokens | undefined,
    beforeSealer: TokenSealer | undefined,
  ): Promise<AccessToken | undefined> {
    const { profile, grantKey } = wanted
    const { cipher, now, grants } = this.#services
    // The data key must be available before the request, because the provider issues rotated tokens only once. Only an
    // app-only profile without readable tokens needs a new data key, and the fetching functions may generate one only
    // for that case.
    using sealer = beforeSealer ?? (await cipher.newSealer(grantKey))
    const renew = await prepareRenewal(this.#services, wanted)
    const claim = await this.#claim(grantKey, grant, profile)
    if (!claim) return undefined
    const began = now().getTime()
    const answer = await this.#asked(() => renew(before?.refreshToken), claim, profile)
    if (!answer) return undefined
    const refreshToken = answer.refreshToken ?? before?.refreshToken
    const knownEnd = answer.refreshToken === undefined ? grant?.refreshExpiresAt : undefined
    const accessExpiresAt = endAfter(answer.expiresIn, began)
    const written = await grants.complete(claim, identityOf(profile), {
      ...sealer.seal({ accessToken: answer.accessToken, refreshToken }),
      refreshedAt: new Date(began).toISOString(),
      accessExpiresAt,
      refreshExpiresAt: endAfter(answer.refreshExpiresIn, began) ?? knownEnd,
    })
    return written ? { accessToken: answer.accessToken, expiresAt: accessExpiresAt } : undefined
  }

  async #claim(grantKey: string, grant: Grant | undefined, profile: Profile): Promise<RefreshClaim | undefined> {
    const { grants, now } = this.#services
    const time = now()
    const until = new Date(time.getTime() + claimTime).toISOString()
    return grant
      ? await grants.claimRefresh(grant, time.toISOString(), until)
      : await grants.claimFirst(grantKey, identityOf(profile), until)
  }

  /** @returns undefined if the refusal came too late, because a person has consented again in the meantime */
  async #asked(
    ask: () => Promise<TokenAnswer>,
    claim: RefreshClaim,
    profile: Profile,
  ): Promise<TokenAnswer | undefined> {
    const { grants, now } = this.#services
    try {
      return await ask()
    } catch (error) {
      const finding = error instanceof OAuth2Error ? error.finding : undefined
      if (finding?.cure !== 'consent' || profile.grant === 'client_credentials') {
        // A claim that cannot be released expires automatically.
        await grants.release(claim).catch(() => undefined)
        // App-only access needs no consent. An admin has to change a setting at the provider.
        throw finding?.cure === 'consent' ? new OAuth2Error({ ...finding, cure: 'change' }) : error
      }
      const at = now().toISOString()
      if (!(await grants.markReauthorizationNeeded(claim, finding, at, { forget: true }))) return undefined
      throw error
    }
  }
}

const pauseFor = (milliseconds: number, signal: AbortSignal | undefined): Promise<void> =>
  sleep(milliseconds, undefined, signal && { signal }).catch(() => undefined)

const identityOf = ({ profileId, grantEpoch }: Profile) => ({ profileId, grantEpoch })
