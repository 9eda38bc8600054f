import { describe, expect, test } from 'vitest'
import { loginErrorOf, refusalErrorOf, sessionEndedBy } from '../../../../lib/mailbox/pop3/reply-error.ts'

describe('POP3 refusals', () => {
  test.each([
    ['[IN-USE] Do you have another POP session running?', 'mailbox-in-use'],
    ['[LOGIN-DELAY] minimum time between mail checks violation', 'throttled'],
    ['[SYS/TEMP] Temporary system problem', 'server-unavailable'],
    ['[sys/temp] no', 'server-unavailable'],
    ['[SYS/PERM] Mailbox is corrupt', 'mailbox-refused'],
    ['[AUTH] Username and password not accepted.', 'credentials-rejected'],
    ['[AUTH] Too many words in your password', 'credentials-rejected'],
    ['Logon failure: unknown user name or bad password.', 'credentials-rejected'],
    ['Unable to lock maildrop: Mailbox is locked by POP server', 'mailbox-in-use'],
    ['Maximum POP3 connections exceeded: too many for this IP', 'throttled'],
    ['Service temporarily unavailable, try again later', 'server-unavailable'],
    ['', 'credentials-rejected'],
  ])('loginErrorOf interprets a refused login: %s', (text, code) => {
    expect(loginErrorOf(text, false)).toMatchObject({ code, serverWords: text })
  })

  test.each([
    '[AUTH] Plaintext authentication disallowed on non-secure (SSL/TLS) connections.',
    'Command is not valid in this state. TLS required',
    'Must issue a STLS command first; use encryption',
    'A SSL connection is required for authentication.',
  ])('loginErrorOf recognises the refusal of an unencrypted login: %s', (text) => {
    expect(loginErrorOf(text, true).code).toBe('login-disabled')
    expect(loginErrorOf(text, false).code).toBe('credentials-rejected')
  })

  test('refusalErrorOf uses the default code for a greeting without a response code', () => {
    expect(refusalErrorOf('go away', 'greeting-refused').code).toBe('greeting-refused')
    expect(refusalErrorOf('[IN-USE] busy', 'greeting-refused').code).toBe('mailbox-in-use')
  })

  test('sessionEndedBy reports the server’s text for an unsolicited line', () => {
    expect(sessionEndedBy('-ERR Disconnected for inactivity.')).toMatchObject({
      code: 'connection-lost',
      serverWords: 'Disconnected for inactivity.',
    })
    expect(sessionEndedBy('HTTP/1.1 400 Bad Request').code).toBe('server-misbehaved')
  })
})
