import type { AccountStatus } from '../accounts/account-status.ts'
import { countedUnder, ownMember } from '../text/own-member.ts'

type Deaths = NonNullable<AccountStatus['deaths']>

/** A UIDL can be `__proto__`, and neither DynamoDB's client nor Zod keeps a member of that name. No UIDL has a blank. */
const memberOf = (uid: string): string => (uid === '__proto__' ? `${uid} ` : uid)

/** How many runs died over a message. */
export const deathsOf = ({ deaths }: Pick<AccountStatus, 'deaths'>, uid: string): number =>
  ownMember(deaths, memberOf(uid)) ?? 0

export const withDeath = ({ deaths = {} }: Pick<AccountStatus, 'deaths'>, uid: string): Deaths =>
  countedUnder(deaths, memberOf(uid))

/** Those of the messages in question; undefined if there are none. */
export const deathsOver = (status: Pick<AccountStatus, 'deaths'>, uids: readonly string[]): Deaths | undefined => {
  const counts = uids.map((uid) => [memberOf(uid), deathsOf(status, uid)] as const).filter(([, count]) => count > 0)
  return counts.length > 0 ? Object.fromEntries(counts) : undefined
}
