import { openImapMailbox } from '../../../../lib/mailbox/imap/imap-mailbox.ts'
import { startInRepositoryServer } from '../../../contracts/contract-servers.ts'
import { describeMailboxContract } from '../../../contracts/mailbox-contract.ts'

describeMailboxContract({
  name: 'IMAP against the in-repository server',
  open: openImapMailbox,
  types: ['IMAP', 'IMAPS', 'IMAPTLS'],
  start: startInRepositoryServer,
})
