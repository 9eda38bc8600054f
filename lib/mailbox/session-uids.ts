import { randomBytes } from 'node:crypto'

/** Starts every uid that holds for one session only; no other session, of any mailbox, has the same. */
export const sessionUidPrefix = (): string => `session:${randomBytes(8).toString('hex')}:`
