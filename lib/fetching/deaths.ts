import type { AccountStatus } from '../accounts/account-status.ts'
import { countedUnder, ownMember } from '../text/own-member.ts'

type Deaths = NonNullable<AccountStatus['deaths']>

/**
 * Appends a space to the UIDL `__proto__`, because neither DynamoDB's client nor Zod keeps a member with that name. No
 * real UIDL contains a space.
 */
const memberOf = (uid: string): string => (uid === '__proto__' ? `${uid} ` : uid)

/** @returns how many runs crashed while this message was the only one in flight */
export const deathsOf = ({ deaths }: Pick<AccountStatus, 'deaths'>, uid: string): number =>
  ownMember(deaths, memberOf(uid)) ?? 0

export const withDeath = ({ deaths = {} }: Pick<AccountStatus, 'deaths'>, uid: string): Deaths =>
  countedUnder(deaths, memberOf(uid))

/** @returns the death counts of the given messages, or undefined if there are none */
export const deathsOver = (status: Pick<AccountStatus, 'deaths'>, uids: readonly string[]): Deaths | undefined => {
  const counts = uids.map((uid) => [memberOf(uid), deathsOf(status, uid)] as const).filter(([, count]) => count > 0)
  return counts.length > 0 ? Object.fromEntries(counts) : undefined
}
