import type { ListedMessage } from '../mailbox/mailbox.ts'

/**
 * What the account's status remembers a message by. An invented uid holds for one session only, so that the size stands
 * for such a message: messages of the same size are then treated alike, which has them read one by one, or left alone
 * with a warning.
 */
export const markOf = ({ uid, uidIsStable, size }: ListedMessage): string => (uidIsStable ? uid : `size:${size}`)
