import { randomBytes } from 'node:crypto'

/**
 * @returns the start of a uid that is valid for one session only; no other session, of any mailbox, has the same prefix
 */
export const sessionUidPrefix = (): string => `session:${randomBytes(8).toString('hex')}:`
