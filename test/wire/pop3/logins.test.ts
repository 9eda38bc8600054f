import { describe, expect, test } from 'vitest'
import { openPop3Mailbox } from '../../../lib/mailbox/pop3/pop3-mailbox.ts'
import { refuse } from '../../mail-server/faults.ts'
import { startMailServer } from '../../mail-server/server.ts'
import { errorOf, never, open, openScripted, policy, scripted, secret, serverWith, settingsFor } from './steps.ts'

const saslLoginOnly = { saslLogin: true, without: ['USER', 'AUTH=PLAIN'] }

/** Accepts `ada` and the password with USER and PASS, and announces the given capabilities. */
const announcing = (capabilities: readonly string[], refused: readonly string[] = []) =>
  scripted((line, socket) => {
    const [name = ''] = line.split(' ')
    if (refused.includes(name)) socket.write('-ERR unknown command\r\n')
    else if (name === 'CAPA') socket.write(['+OK', ...capabilities, '.', ''].join('\r\n'))
    else if (name === 'UIDL' || name === 'LIST') socket.write('+OK\r\n.\r\n')
    else socket.write('+OK\r\n')
  })

describe('a POP3 server that supports only SASL LOGIN', () => {
  test.each(['POP3', 'POP3S', 'POP3TLS'] as const)(
    '%s login uses SASL LOGIN if the server supports nothing else',
    async (type) => {
      await using server = await serverWith({ quirks: saslLoginOnly })
      await (await open(server, type)).close()
      expect(server.transcript.find(({ name }) => name === 'AUTH')?.args).toBe('LOGIN')
      expect(server.commandNames()).not.toContain('USER')
    },
  )

  test('POP3 login with SASL LOGIN sends names and passwords with any characters unchanged', async () => {
    const password = ' 100% naïve ☂ '
    await using server = await startMailServer({ users: [{ name: 'Ada Löwe', password }], quirks: saslLoginOnly })
    const credential = { method: 'password', username: 'Ada Löwe', password } as const
    await (await openPop3Mailbox({ ...settingsFor(server), credential }, policy, never)).close()
  })

  test('POP3 login with SASL LOGIN reports a wrong password in an error that does not contain it', async () => {
    await using server = await serverWith({ quirks: saslLoginOnly })
    const settings = settingsFor(server)
    const credential = { ...settings.credential, username: 'bob' }
    const error = await errorOf(openPop3Mailbox({ ...settings, credential }, policy, never))
    expect(error.code).toBe('credentials-rejected')
  })

  test('POP3 login prefers SASL PLAIN to SASL LOGIN', async () => {
    await using server = await serverWith({ quirks: { saslLogin: true, without: ['USER'] } })
    await (await open(server, 'POP3S')).close()
    expect(server.transcript.find(({ name }) => name === 'AUTH')?.args).toBe('PLAIN')
  })

  test.each([
    ['the mechanism', 0, 'credentials-rejected'],
    ['the user name', 1, 'credentials-rejected'],
    ['the password', 2, 'credentials-rejected'],
  ])('POP3 login with SASL LOGIN reports credentials-rejected if the server refuses %s', async (_, at, code) => {
    let step = -1
    await using server = await scripted((line, socket) => {
      if (line === 'CAPA') return void socket.write('+OK\r\nSASL LOGIN\r\n.\r\n')
      step += 1
      socket.write(step === at ? '-ERR [AUTH] no\r\n' : '+ \r\n')
    })
    expect(await errorOf(openScripted(server))).toMatchObject({ code, serverWords: '[AUTH] no' })
  })

  test('POP3 login with SASL LOGIN treats a third prompt as a refusal', async () => {
    await using server = await scripted((line, socket) => {
      if (line === 'CAPA') socket.write('+OK\r\nSASL LOGIN\r\n.\r\n')
      else socket.write(line === '*' ? '-ERR cancelled\r\n' : '+ \r\n')
    })
    expect(await errorOf(openScripted(server))).toMatchObject({
      code: 'credentials-rejected',
      serverWords: 'cancelled',
    })
    expect(server.received.slice(2)).toEqual([
      ...['ada', secret].map((text) => Buffer.from(text).toString('base64')),
      '*',
    ])
  })

  test.each(['AUTH LOGIN', 'YWRh'])(
    'POP3 login with SASL LOGIN does not trust a success response before the password is sent (at %s)',
    async (line) => {
      await using server = await scripted((received, socket) => {
        if (received === 'CAPA') socket.write('+OK\r\nSASL LOGIN\r\n.\r\n')
        else socket.write(received === line ? '+OK logged in\r\n' : '+ \r\n')
      })
      expect(await errorOf(openScripted(server))).toMatchObject({ code: 'server-misbehaved' })
      expect(server.received.at(-1)).toBe(line)
    },
  )
})

describe('a POP3 server that answers USER late', () => {
  /** @returns the commands that had arrived when USER was answered */
  const arrivedEarly = async (capabilities: readonly string[]): Promise<string[]> => {
    let early: string[] = []
    await using server = await scripted((line, socket) => {
      if (line === 'CAPA') return void socket.write(['+OK', ...capabilities, '.', ''].join('\r\n'))
      if (line === 'UIDL' || line === 'LIST') return void socket.write('+OK\r\n.\r\n')
      if (!line.startsWith('USER')) return void socket.write('+OK\r\n')
      setTimeout(() => {
        early = server.received.slice(1)
        socket.write('+OK\r\n')
      }, 100)
    })
    await (await openScripted(server)).close()
    return early
  }

  test('POP3 login sends PASS together with USER if the server announces USER and PIPELINING', async () => {
    expect(await arrivedEarly(['USER', 'PIPELINING'])).toEqual(['USER ada', `PASS ${secret}`])
  })

  test.each([['USER'], ['PIPELINING'], ['PIPELINING', 'SASL']])(
    'POP3 login sends PASS only after the server has accepted USER if the server announces only %s',
    async (...capabilities) => {
      expect(await arrivedEarly(capabilities)).toEqual(['USER ada'])
    },
  )
})

describe('a POP3 server whose CAPA lists no login method', () => {
  test('POP3 login uses USER and PASS if CAPA lists no login method', async () => {
    await using server = await announcing(['TOP', 'UIDL'])
    await (await openScripted(server)).close()
    expect(server.received).toEqual(['CAPA', 'USER ada', `PASS ${secret}`, 'UIDL', 'LIST', 'QUIT'])
  })

  test('POP3 login reports authentication-unsupported and sends no password if CAPA lists no login method and USER is refused', async () => {
    await using server = await announcing(['TOP', 'UIDL'], ['USER'])
    const error = await errorOf(openScripted(server))
    expect(error).toMatchObject({ code: 'authentication-unsupported', serverWords: 'unknown command' })
    expect(server.received).toEqual(['CAPA', 'USER ada'])
  })

  test('POP3 login reports credentials-rejected if CAPA lists no login method and PASS is refused', async () => {
    await using server = await announcing(['TOP', 'UIDL'], ['PASS'])
    expect((await errorOf(openScripted(server))).code).toBe('credentials-rejected')
  })

  test('POP3 login sends no unencrypted password if CAPA lists STLS but no login method', async () => {
    await using server = await announcing(['TOP', 'UIDL', 'STLS'])
    expect((await errorOf(openScripted(server))).code).toBe('login-disabled')
    expect(server.received).toEqual(['CAPA'])
  })

  test('POP3 login sends no password if CAPA lists only unsupported mechanisms', async () => {
    await using server = await announcing(['SASL CRAM-MD5 XOAUTH2'])
    expect((await errorOf(openScripted(server))).code).toBe('authentication-unsupported')
    expect(server.received).toEqual(['CAPA'])
  })

  test('POP3 login reports a temporary failure of a server that lists no login method', async () => {
    await using server = await serverWith({
      quirks: { without: ['SASL'] },
      faults: [refuse('USER', { code: 'SYS/TEMP', text: 'later' }), refuse('CAPA')],
    })
    expect((await errorOf(open(server, 'POP3S'))).code).toBe('server-unavailable')
  })
})
