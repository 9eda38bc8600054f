import { describeMailboxClaims } from './mailbox-claims.ts'

describeMailboxClaims(60)
