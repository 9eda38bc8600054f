import { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { releaseToken } from '../../../lib/mailbox/connect-session.ts'
import { MailboxError } from '../../../lib/mailbox/mailbox-error.ts'

const credential = { method: 'oauth2', username: 'alice', accessToken: 'the-token' } as const

const connectedTo = (address: string | undefined): Socket =>
  Object.defineProperty(new Socket(), 'remoteAddress', { value: address })

const encrypted = (authorized: boolean): Socket => {
  const socket = new TLSSocket(new Socket())
  socket.authorized = authorized
  return socket
}

/** @returns the token, or the code of the error */
const released = (socket: Socket, allowClearTextOnLoopback: boolean, change = {}): string => {
  try {
    return releaseToken({ ...credential, ...change }, socket, { allowClearTextOnLoopback })
  } catch (error) {
    if (error instanceof MailboxError) return error.code
    throw error
  }
}

describe('an access token', () => {
  it('an access token is released only for TLS with a verified certificate', () => {
    for (const allowed of [true, false]) {
      expect(released(encrypted(true), allowed)).toBe('the-token')
      expect(released(encrypted(false), allowed)).toBe('token-needs-tls')
    }
  })

  it.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])(
    'an access token is released without TLS for %s only if the deployment allows it',
    (address) => {
      expect(released(connectedTo(address), true)).toBe('the-token')
      expect(released(connectedTo(address), false)).toBe('token-needs-tls')
    },
  )

  it.each([
    '192.0.2.1',
    '10.0.0.1',
    '169.254.1.1',
    '::ffff:192.0.2.1',
    '::',
    'fe80::1',
    '::127.0.0.1',
    'localhost',
    '',
    undefined,
  ])('an access token is never released without TLS for %s', (address) => {
    expect(released(connectedTo(address), true)).toBe('token-needs-tls')
  })

  it.each(['', 'a b', 'a\r\nb', 'a\x01b', 'tökén'])(
    'an access token that is invalid in every protocol (%j) is not released',
    (accessToken) => {
      expect(released(encrypted(true), false, { accessToken })).toBe('token-refused')
    },
  )

  it.each(['a\x01b', 'a\r\nb', 'a\0b'])('an access token is not released for the user %j', (username) => {
    expect(released(encrypted(true), false, { username })).toBe('token-refused')
  })
})
