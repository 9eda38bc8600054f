import { accountTypeFacts } from './account-type.ts'
import type { OpenMailbox } from './mailbox.ts'

/**
 * Opens the mailbox of any account type. Loads only the required protocol: imapflow alone adds 120 ms to a cold start.
 */
export const openMailbox: OpenMailbox = async (settings, policy, signal, watch) => {
  if (accountTypeFacts[settings.type].protocol === 'imap') {
    const { openImapMailbox } = await import('./imap/imap-mailbox.ts')
    return openImapMailbox(settings, policy, signal, watch)
  }
  const { openPop3Mailbox } = await import('./pop3/pop3-mailbox.ts')
  return openPop3Mailbox(settings, policy, signal, watch)
}
