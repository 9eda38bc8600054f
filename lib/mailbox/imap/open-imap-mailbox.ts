import type { Resolver } from '../../network/addresses.ts'
import { resolveAddresses } from '../connect-session.ts'
import type { OpenMailbox } from '../mailbox.ts'
import { ImapMailbox } from './imap-mailbox.ts'
import { ImapSession } from './imap-session.ts'
import { SessionUidMailbox } from './session-uid-mailbox.ts'

/** `resolver` replaces the system's name lookup. */
export const openImapMailboxWith =
  (resolver?: Resolver): OpenMailbox =>
  async (settings, policy, signal, watch) => {
    const addresses = await resolveAddresses(settings, policy, signal, resolver)
    const session = new ImapSession({ ...watch, settings, addresses, policy, signal })
    try {
      await session.open()
      const mailbox = new ImapMailbox(session)
      return mailbox.uidValidity === undefined ? new SessionUidMailbox(mailbox) : mailbox
    } catch (error) {
      await session.close(false)
      throw error
    }
  }

/** Opens the folder of an IMAP, IMAPS or IMAPTLS account. */
export const openImapMailbox: OpenMailbox = openImapMailboxWith()
