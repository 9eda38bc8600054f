import { resolveAddresses } from '../connect-session.ts'
import type { OpenMailbox } from '../mailbox.ts'
import { type OpenSession, openSession } from './open-session.ts'
import { type Pop3Limits, Pop3Mailbox, pop3Limits } from './pop3-mailbox.ts'

/** Creates an `OpenMailbox` with other limits than in a deployment. */
export const pop3MailboxOpener =
  (overrides: Partial<Pop3Limits>): OpenMailbox =>
  async (settings, policy, signal, watch) => {
    const limits = { ...pop3Limits, ...overrides, ...(settings.oneByOne && { pipelining: false }) }
    const open = async (earlier?: OpenSession) => {
      const addresses = await resolveAddresses(settings, policy, signal)
      const credential = (earlier && (await settings.renewCredential?.())) ?? settings.credential
      const options = { ...watch, settings: { ...settings, credential }, addresses, policy, signal }
      return openSession(options, limits.pipelining, earlier)
    }
    return new Pop3Mailbox(await open(), open, limits)
  }

/** Opens a POP3, POP3S or POP3TLS mailbox: connects, encrypts as the type requires, logs in and lists the messages. */
export const openPop3Mailbox: OpenMailbox = pop3MailboxOpener({})
