import type { Socket } from 'node:net'
import { connectForGlance, type Glance, nextText, unverifiedTls } from './glance.ts'

/** The service on a port. */
export interface FoundService {
  readonly protocol: 'imap' | 'pop3' | 'smtp'
  /** True if the service uses TLS from the first byte. */
  readonly encrypted: boolean
}

/**
 * The greetings of all three, which they send first (RFC 9051 section 7.1, RFC 1939 section 3, RFC 5321 section 3.1).
 */
const greetings: ReadonlyArray<readonly [RegExp, FoundService['protocol']]> = [
  [/^\* (OK|PREAUTH|BYE)\b/i, 'imap'],
  [/^(\+OK|-ERR)\b/i, 'pop3'],
  [/^(220|421|554)[ -]/, 'smtp'],
]

/**
 * Waits for a greeting, unencrypted and over TLS at the same time. Sends nothing.
 * @returns undefined if there is no greeting
 */
export const identifyService = async (glance: Glance): Promise<FoundService | undefined> => {
  const found = new AbortController()
  const both = { ...glance, signal: AbortSignal.any([glance.signal, found.signal]) }
  try {
    return await Promise.any([
      greeted(both, false, async (socket) => socket),
      greeted(both, true, (socket) => unverifiedTls(socket, both)),
    ])
  } catch {
    return undefined
  } finally {
    found.abort()
  }
}

const greeted = async (
  glance: Glance,
  encrypted: boolean,
  open: (socket: Socket) => Promise<Socket>,
): Promise<FoundService> => {
  const socket = await connectForGlance(glance)
  try {
    const text = await nextText(await open(socket), glance.signal)
    const protocol = greetings.find(([pattern]) => pattern.test(text))?.[1]
    if (protocol === undefined) throw new Error('not the greeting of a mail server')
    return { protocol, encrypted }
  } finally {
    socket.destroy()
  }
}
