import { hash } from 'node:crypto'
import type { Account } from '../accounts/account.ts'
import type { Resume } from '../accounts/account-status.ts'
import type { ListedMessage } from '../mailbox/mailbox.ts'
import { messageIdOf } from '../messages/store/message-ledger.ts'
import { countedUnder, ownMember } from '../text/names.ts'
import { limits } from './limits.ts'
import type { Part } from './part.ts'

export const messageIdFor = ({ account, uidValidity }: Part, uid: string): string =>
  messageIdOf({
    accountId: account.accountId,
    mailboxEpoch: account.mailboxEpoch,
    ...(account.folder !== undefined && { folder: account.folder, uidValidity }),
    uid,
  })

/**
 * The ID of a message that can be identified only by its bytes: it has no stable UIDL, or the server reused its UID for
 * different bytes.
 */
export const contentIdFor = (part: Part, sha256: string, uid?: string): string =>
  messageIdFor(part, uid === undefined ? `sha256:${sha256}` : `${uid}/sha256:${sha256}`)

/** A value that changes when the server's UIDs no longer refer to the same messages. */
export const mailboxIdentityOf = (
  account: Pick<Account, 'mailboxEpoch' | 'folder'>,
  uidValidity: string | undefined,
): string => JSON.stringify([account.mailboxEpoch, account.folder ?? null, uidValidity ?? null])

/** A digest of 48 bits. The chance that a new message collides with one of 20,000 known ones is about 1 in 10^10. */
export const digestOf = (uid: string): string => hash('sha256', uid, 'base64url').slice(0, 8)

export const digestsIn = (text = ''): Set<string> => new Set(text.match(/.{8}/g))

/** Longer UIDLs are digested. The status contains over a thousand marks, and a UIDL may have 256 characters. */
const longestMark = 20

/**
 * Returns the key under which the account's status remembers a message. An invented UID is valid for one session only,
 * so the size identifies such a message. Messages of the same size are then treated alike: they are read one by one, or
 * skipped with a warning.
 */
export const markOf = ({ uid, uidIsStable, size }: ListedMessage): string => {
  if (!uidIsStable) return `size:${size}`
  return uid.length > longestMark ? `digest:${digestOf(uid)}` : uid
}

/** @returns the messages to read one by one: earlier suspects, and those that were in flight when a process died */
export const suspectsIn = ({ suspects = [], inFlight = [] }: Pick<Resume, 'suspects' | 'inFlight'>): string[] =>
  [...new Set([...suspects, ...inFlight])].slice(-limits.suspects)

type Deaths = NonNullable<Resume['deaths']>

/**
 * Appends a space to the UIDL `__proto__`, because neither DynamoDB's client nor Zod keeps a member with that name. No
 * real UIDL contains a space.
 */
const memberOf = (mark: string): string => (mark === '__proto__' ? `${mark} ` : mark)

/** @returns how many runs crashed while this message was the only one in flight */
export const deathsOf = ({ deaths }: Pick<Resume, 'deaths'>, mark: string): number =>
  ownMember(deaths, memberOf(mark)) ?? 0

export const withDeath = ({ deaths = {} }: Pick<Resume, 'deaths'>, mark: string): Deaths =>
  countedUnder(deaths, memberOf(mark))

/** @returns the death counts of the given messages, or undefined if there are none */
export const deathsAmong = (resume: Pick<Resume, 'deaths'>, marks: readonly string[]): Deaths | undefined => {
  const counts = marks.map((mark) => [memberOf(mark), deathsOf(resume, mark)] as const).filter(([, count]) => count > 0)
  return counts.length > 0 ? Object.fromEntries(counts) : undefined
}
