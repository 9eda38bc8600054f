import type { Socket } from 'node:net'
import { type PresentedCertificate, presentedCertificate } from '../../network/presented-certificate.ts'
import { type AccountType, accountTypeFacts } from '../account-type.ts'
import { connectForGlance, type Glance, nextText, unverifiedTls } from './glance.ts'

/**
 * Fetches the rejected certificate with a separate handshake, because it is no longer available from the failed one.
 * @returns undefined if no certificate is available
 */
export const showCertificate = async (glance: Glance, type: AccountType): Promise<PresentedCertificate | undefined> => {
  try {
    const socket = await connectForGlance(glance)
    try {
      if (accountTypeFacts(type).security === 'starttls') await askForTls(socket, type, glance.signal)
      return presentedCertificate(await unverifiedTls(socket, glance))
    } finally {
      socket.destroy()
    }
  } catch {
    // The earlier failure is reported. This one would add nothing to it.
    return undefined
  }
}

/** Sends STARTTLS (RFC 9051 section 6.2.1) or STLS (RFC 2595 section 4), after the greeting. */
const askForTls = async (socket: Socket, type: AccountType, signal: AbortSignal): Promise<void> => {
  const imap = accountTypeFacts(type).protocol === 'imap'
  await nextText(socket, signal)
  socket.write(imap ? 'a1 STARTTLS\r\n' : 'STLS\r\n')
  const answer = await nextText(socket, signal)
  if (!(imap ? /^a1 OK/im : /^\+OK/i).test(answer)) throw new Error('TLS was refused')
}
