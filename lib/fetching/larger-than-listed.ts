import type { AccountStatus } from '../accounts/account-status.ts'
import type { ListedMessage } from '../mailbox/mailbox.ts'
import type { FetchSession } from './fetch-session.ts'
import { limits } from './limits.ts'

type LargerThanListed = NonNullable<AccountStatus['largerThanListed']>

/**
 * The size that a message has as far as an earlier run found out. The listed size must be the same as then, because
 * some servers give the id of a removed message to another one.
 */
export const knownSize = ({ largerThanListed = [] }: AccountStatus, { uid, size }: ListedMessage): number =>
  largerThanListed.find((one) => one.uid === uid && one.listed === size)?.size ?? size

/**
 * What the next run must know, so that it does not read the same messages up to the limit again.
 *
 * @param listedAll whether a message that was not listed is gone
 */
export const largerThanListed = (
  { status, listed, tooLarge, departures }: FetchSession,
  listedAll: boolean,
): LargerThanListed | undefined => {
  const found = tooLarge.flatMap(({ message: { uid, uidIsStable, size }, listedSize }) =>
    uidIsStable && listedSize !== undefined ? [{ uid, listed: listedSize, size }] : [],
  )
  const replaced = new Set(found.map(({ uid }) => uid))
  const present = new Set(listed.map(({ uid }) => uid))
  const before = (status.largerThanListed ?? []).filter(
    ({ uid }) => !replaced.has(uid) && (present.has(uid) || !listedAll),
  )
  const all = [...found, ...before].filter(({ uid }) => !departures.isGone(uid))
  return all.length > 0 ? all.slice(0, limits.largerThanListed) : undefined
}
