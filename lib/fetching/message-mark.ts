import type { ListedMessage } from '../mailbox/mailbox.ts'
import { digestOf } from './start/start-line.ts'

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
