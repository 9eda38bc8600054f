import { describe, expect, test } from 'vitest'
import { openPop3Mailbox } from '../../../lib/mailbox/pop3/open-pop3-mailbox.ts'
import { endAtGreeting, endAtTls, injectAfterStartTls, refuse } from '../../mail-server/faults.ts'
import { type MailServer, startMailServer } from '../../mail-server/server.ts'
import { errorOf, impatient, never, open, openScripted, policy, scripted, serverWith, settingsFor } from './steps.ts'

const sentInClear = (server: MailServer): string[] =>
  server.transcript.filter(({ secure }) => !secure).map(({ name }) => name)

describe('POP3 encryption and login', () => {
  test('POP3TLS goes no further when STLS is not offered', async () => {
    await using server = await serverWith({ quirks: { without: ['STLS'] } })
    expect((await errorOf(open(server, 'POP3TLS'))).code).toBe('starttls-not-offered')
    expect(sentInClear(server)).toEqual(['CAPA'])
  })

  test('POP3TLS goes no further when STLS is refused', async () => {
    await using server = await serverWith({ faults: [refuse('STLS', { text: 'not today' })] })
    const error = await errorOf(open(server, 'POP3TLS'))
    expect(error).toMatchObject({ code: 'starttls-not-offered', serverWords: 'not today' })
    expect(sentInClear(server)).toEqual(['CAPA', 'STLS'])
  })

  test('POP3TLS tries STLS on a server without CAPA, and logs in encrypted', async () => {
    await using server = await serverWith({ quirks: { without: ['CAPA'] } })
    await (await open(server, 'POP3TLS')).close()
    expect(sentInClear(server)).toEqual(['CAPA', 'STLS'])
  })

  test.each(['+OK injected\r\n', '+OK', '-ERR injected\r\n', '+OK\r\nUSER\r\n.\r\n'])(
    'POP3TLS refuses plain text behind STLS’ answer (%j)',
    async (injected) => {
      await using server = await serverWith({ faults: [injectAfterStartTls(injected)] })
      const { code } = await errorOf(open(server, 'POP3TLS', {}, impatient))
      expect(['server-misbehaved', 'connection-lost']).toContain(code)
      expect(sentInClear(server)).toEqual(['CAPA', 'STLS'])
      expect(server.commandNames()).not.toContain('USER')
    },
  )

  test('POP3TLS believes only what CAPA says after the handshake', async () => {
    let capabilities = 0
    await using server = await serverWith({
      faults: [
        {
          onCommand: (_, { name }) => {
            if (name !== 'CAPA') return undefined
            capabilities += 1
            return capabilities === 1 ? { reply: '+OK\r\nSTLS\r\nSASL PLAIN\r\n.\r\n' } : undefined
          },
        },
      ],
    })
    await (await open(server, 'POP3TLS')).close()
    expect(server.commandNames()).toContain('USER')
    expect(server.commandNames()).not.toContain('AUTH')
  })

  test.each(['POP3S', 'POP3TLS'] as const)('%s sends the login over TLS only', async (type) => {
    await using server = await serverWith()
    await (await open(server, type)).close()
    const login = server.transcript.filter(({ name }) => name === 'USER' || name === 'PASS')
    expect(login.map(({ secure }) => secure)).toEqual([true, true])
  })

  test.each([
    ['expired', 'certificate-expired'],
    ['not-yet-valid', 'certificate-expired'],
    ['other-name', 'certificate-name-mismatch'],
  ] as const)('a certificate that is %s is %s', async (certificate, code) => {
    await using server = await serverWith({ certificate })
    expect((await errorOf(open(server, 'POP3S'))).code).toBe(code)
    expect((await errorOf(open(server, 'POP3TLS'))).code).toBe(code)
    expect(server.commandNames()).not.toContain('USER')
  })

  test('a self-signed certificate is not trusted, unless it is itself the custom CA', async () => {
    await using server = await serverWith({ certificate: 'self-signed' })
    const { customCa, ...settings } = settingsFor(server, 'POP3S')
    expect((await errorOf(openPop3Mailbox(settings, policy, never))).code).toBe('certificate-not-trusted')
    await (await openPop3Mailbox({ ...settings, customCa }, policy, never)).close()
  })

  test('implicit TLS against a plain port is tls-failed', async () => {
    await using server = await serverWith()
    const settings = { ...settingsFor(server, 'POP3S'), port: server.port('POP3') }
    expect((await errorOf(openPop3Mailbox(settings, impatient, never))).code).toBe('tls-failed')
  })

  test('a plain session against a TLS port times out and says so', async () => {
    await using server = await serverWith()
    const settings = { ...settingsFor(server, 'POP3'), port: server.port('POP3S') }
    expect((await errorOf(openPop3Mailbox(settings, impatient, never))).code).toBe('connection-timed-out')
  })

  test.each([
    ['hang', 'connection-timed-out'],
    ['drop', 'tls-failed'],
    ['reset', 'tls-failed'],
  ] as const)('a handshake that ends with %s is %s', async (ending, code) => {
    await using server = await serverWith({ faults: [endAtTls(ending)] })
    expect((await errorOf(open(server, 'POP3S', {}, impatient))).code).toBe(code)
    expect((await errorOf(open(server, 'POP3TLS', {}, impatient))).code).toBe(code)
  })

  test.each([
    ['hang', 'connection-timed-out'],
    ['drop', 'connection-lost'],
    ['reset', 'connection-lost'],
  ] as const)('a greeting that ends with %s is %s', async (ending, code) => {
    await using server = await serverWith({ faults: [endAtGreeting(ending)] })
    expect((await errorOf(open(server, 'POP3', {}, impatient))).code).toBe(code)
  })

  test('a greeting that trickles in for ever ends with the time to connect', async () => {
    await using server = await scripted(() => undefined, '+O')
    expect((await errorOf(openScripted(server, { ...policy, connectTimeout: 150 }))).code).toBe('connection-timed-out')
  })

  test.each([
    ['HTTP', 'HTTP/1.1 400 Bad Request\r\n'],
    ['a line without end', 'x'.repeat(20_000)],
    ['SASL out of the blue', '+ \r\n'],
  ])('a greeting that is %s is server-misbehaved', async (_, greeting) => {
    await using server = await scripted(() => undefined, greeting)
    expect((await errorOf(openScripted(server, impatient))).code).toBe('server-misbehaved')
  })

  test('a server that takes logins only encrypted: login-disabled in clear, and fine with TLS', async () => {
    await using server = await serverWith({ quirks: { loginDisabled: true } })
    expect((await errorOf(open(server, 'POP3'))).code).toBe('login-disabled')
    expect(server.commandNames()).toEqual(['CAPA'])
    await (await open(server, 'POP3TLS')).close()
  })

  test('neither USER nor SASL PLAIN is authentication-unsupported', async () => {
    await using server = await serverWith({ quirks: { without: ['USER', 'SASL'] } })
    expect((await errorOf(open(server, 'POP3S'))).code).toBe('authentication-unsupported')
  })

  test.each([
    ['IN-USE', 'mailbox-in-use'],
    ['LOGIN-DELAY', 'throttled'],
    ['SYS/TEMP', 'server-unavailable'],
    ['SYS/PERM', 'mailbox-refused'],
    ['AUTH', 'credentials-rejected'],
  ])('PASS refused with [%s] is %s', async (code, expected) => {
    await using server = await serverWith({ faults: [refuse('PASS', { code, text: 'no' })] })
    expect(await errorOf(open(server))).toMatchObject({ code: expected, serverWords: `[${code}] no` })
  })

  test.each([[[]], [['USER']]])(
    'a password may begin and end with spaces and hold any character (without %j)',
    async (without) => {
      const password = ' 100% naïve ☂ '
      await using server = await startMailServer({ users: [{ name: 'Ada Löwe', password }], quirks: { without } })
      const credential = { method: 'password', username: 'Ada Löwe', password } as const
      await (await openPop3Mailbox({ ...settingsFor(server), credential }, policy, never)).close()
      const trimmed = { ...credential, password: password.trim() }
      const refused = openPop3Mailbox({ ...settingsFor(server), credential: trimmed }, policy, never)
      expect((await errorOf(refused)).code).toBe('credentials-rejected')
    },
  )

  test.each(['CAPA', 'UIDL', 'LIST'])('an endless answer to %s is cut off', async (name) => {
    await using server = await scripted((line, socket) => {
      if (line !== name) {
        socket.write({ CAPA: '-ERR\r\n', UIDL: '+OK\r\n.\r\n', LIST: '+OK\r\n.\r\n' }[line] ?? '+OK\r\n')
        return
      }
      const piece = Buffer.alloc(1024 * 1024, '1 abcdefghijklmnopqrstuvwxyz0123456789\r\n')
      const pour = () => {
        while (!socket.destroyed && socket.write(piece));
        if (!socket.destroyed) socket.once('drain', pour)
      }
      socket.write('+OK\r\n')
      pour()
    })
    expect((await errorOf(openScripted(server))).code).toBe('server-misbehaved')
    expect(server.received.at(-1)).toBe(name)
  })

  test.each(['greeting', 'CAPA', 'PASS', 'LIST'])('an abort at %s ends it at once', async (step) => {
    const hanging =
      step === 'greeting'
        ? endAtGreeting('hang')
        : { onCommand: (_: unknown, { name }: { name: string }) => (name === step ? ('hang' as const) : undefined) }
    await using server = await serverWith({ faults: [hanging] })
    const controller = new AbortController()
    const opening = openPop3Mailbox(settingsFor(server), policy, controller.signal)
    setTimeout(() => controller.abort(), 50)
    const began = performance.now()
    expect(await errorOf(opening)).toMatchObject({ code: 'connection-lost', cause: 'ABORT_ERR' })
    expect(performance.now() - began).toBeLessThan(8_000)
  })
})
