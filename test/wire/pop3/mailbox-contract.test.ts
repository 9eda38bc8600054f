import { openPop3Mailbox } from '../../../lib/mailbox/pop3/pop3-mailbox.ts'
import { startInRepositoryServer } from '../../contracts/contract-servers.ts'
import { describeMailboxContract } from '../../contracts/mailbox-contract.ts'

describeMailboxContract({
  name: 'POP3 against the in-repository server',
  open: openPop3Mailbox,
  types: ['POP3', 'POP3S', 'POP3TLS'],
  start: startInRepositoryServer,
})
