import { describe, expect, test } from 'vitest'
import { MailboxError, mailboxErrorCatalogue, mailboxErrorOf } from '../../../lib/mailbox/mailbox-error.ts'
import { NetworkError, networkErrors } from '../../../lib/network/network-error.ts'

describe('mailbox errors', () => {
  test('mailboxErrorOf returns a MailboxError unchanged', () => {
    const ours = new MailboxError('throttled', 'slow down')
    expect(mailboxErrorOf(ours, 'session')).toBe(ours)
  })

  test('mailboxErrorOf keeps the code, the text and the cause of a NetworkError', () => {
    const error = mailboxErrorOf(new NetworkError('tls-too-old', { cause: 'ERR_SSL_UNSUPPORTED_PROTOCOL' }), 'session')
    expect(error).toMatchObject({ name: 'MailboxError', code: 'tls-too-old', cause: 'ERR_SSL_UNSUPPORTED_PROTOCOL' })
    expect(error).toMatchObject({ message: networkErrors['tls-too-old'].detail, serverWords: '' })
  })

  test('mailboxErrorOf translates the code of a socket for the step in which it happened', () => {
    const reset = Object.assign(new Error('PASS hunter2'), { code: 'ECONNRESET' })
    expect(mailboxErrorOf(reset, 'tls')).toMatchObject({ code: 'tls-failed', cause: 'ECONNRESET' })
    expect(mailboxErrorOf(reset, 'session')).toMatchObject({ code: 'connection-lost', cause: 'ECONNRESET' })
  })

  test('the catalogue of mailbox errors repeats the cure and the text of every network error', () => {
    for (const [code, entry] of Object.entries(networkErrors))
      expect(mailboxErrorCatalogue).toHaveProperty(code, expect.objectContaining(entry))
  })
})
