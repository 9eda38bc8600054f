import type { AccountStatus } from '../accounts/account-status.ts'
import type { ListedMessage } from '../mailbox/mailbox.ts'
import { limits } from './limits.ts'
import type { FetchSession } from './session-progress.ts'

type LargerThanListed = NonNullable<AccountStatus['largerThanListed']>

/**
 * Returns the message's size as an earlier run measured it, or otherwise its listed size. The measured size applies
 * only if the listed size is unchanged, because some servers give a removed message's ID to another message.
 */
export const knownSize = ({ largerThanListed = [] }: AccountStatus, { uid, size }: ListedMessage): number =>
  largerThanListed.find((one) => one.uid === uid && one.listed === size)?.size ?? size

/**
 * Lists the messages that are larger than listed, so that the next run does not read them up to the limit again.
 *
 * @param listedAll true if a message that was not listed is gone
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
