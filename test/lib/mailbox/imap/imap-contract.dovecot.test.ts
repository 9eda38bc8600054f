import { openImapMailbox } from '../../../../lib/mailbox/imap/imap-mailbox.ts'
import { startDovecotServer } from '../../../contracts/contract-servers.ts'
import { describeMailboxContract } from '../../../contracts/mailbox-contract.ts'

describeMailboxContract({
  name: 'IMAP against Dovecot',
  open: openImapMailbox,
  types: ['IMAP', 'IMAPS', 'IMAPTLS'],
  start: startDovecotServer,
})
