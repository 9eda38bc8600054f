import type { ListedMessage } from '../mailbox/mailbox.ts'

/**
 * Returns the key under which the account's status remembers a message. An invented UID is valid for one session only,
 * so the size identifies such a message. Messages of the same size are then treated alike: they are read one by one, or
 * skipped with a warning.
 */
export const markOf = ({ uid, uidIsStable, size }: ListedMessage): string => (uidIsStable ? uid : `size:${size}`)
