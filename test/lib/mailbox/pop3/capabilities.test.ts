import { describe, expect, test } from 'vitest'
import { parseCapabilities } from '../../../../lib/mailbox/pop3/capabilities.ts'

describe('parseCapabilities', () => {
  test('parseCapabilities reads Dovecot’s capabilities', () => {
    const body =
      'CAPA\r\nTOP\r\nUIDL\r\nRESP-CODES\r\nPIPELINING\r\nAUTH-RESP-CODE\r\nSTLS\r\nUSER\r\nSASL PLAIN LOGIN\r\n'
    expect(parseCapabilities(body)).toEqual({
      announced: true,
      stls: true,
      user: true,
      sasl: ['PLAIN', 'LOGIN'],
      pipelining: true,
      top: true,
      loginDelay: 0,
    })
  })

  test('parseCapabilities accepts names in any case and ignores unknown lines', () => {
    const capabilities = parseCapabilities('stls\r\nSasl plain\r\nIMPLEMENTATION x y\r\n\r\nX-USER\r\n')
    expect(capabilities).toMatchObject({ stls: true, sasl: ['PLAIN'], user: false, pipelining: false, top: false })
  })

  test.each([
    ['LOGIN-DELAY 900', 900],
    ['LOGIN-DELAY 120 USER', 120],
    ['LOGIN-DELAY', 0],
    ['LOGIN-DELAY soon', 0],
    ['LOGIN-DELAY -5', 0],
  ])('parseCapabilities reads %s', (line, seconds) => {
    expect(parseCapabilities(`${line}\r\n`).loginDelay).toBe(seconds)
  })
})
