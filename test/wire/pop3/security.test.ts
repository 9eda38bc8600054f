import { describe, expect, test } from 'vitest'
import { openPop3Mailbox } from '../../../lib/mailbox/pop3/pop3-mailbox.ts'
import { endAtGreeting, endAtTls, injectAfterStartTls, refuse } from '../../mail-server/faults.ts'
import { type MailServer, startMailServer } from '../../mail-server/server.ts'
import { errorOf, impatient, never, open, openScripted, policy, scripted, serverWith, settingsFor } from './steps.ts'

const sentInClear = (server: MailServer): string[] =>
  server.transcript.filter(({ secure }) => !secure).map(({ name }) => name)

describe('POP3 encryption and login', () => {
  test('a POP3TLS mailbox does not log in if STLS is not offered', async () => {
    await using server = await serverWith({ quirks: { without: ['STLS'] } })
    expect((await errorOf(open(server, 'POP3TLS'))).code).toBe('starttls-not-offered')
    expect(sentInClear(server)).toEqual(['CAPA'])
  })

  test('a POP3TLS mailbox does not log in if STLS is refused', async () => {
    await using server = await serverWith({ faults: [refuse('STLS', { text: 'not today' })] })
    const error = await errorOf(open(server, 'POP3TLS'))
    expect(error).toMatchObject({ code: 'starttls-not-offered', serverWords: 'not today' })
    expect(sentInClear(server)).toEqual(['CAPA', 'STLS'])
  })

  test('a POP3TLS mailbox tries STLS on a server without CAPA and logs in over TLS', async () => {
    await using server = await serverWith({ quirks: { without: ['CAPA'] } })
    await (await open(server, 'POP3TLS')).close()
    expect(sentInClear(server)).toEqual(['CAPA', 'STLS'])
  })

  test.each(['+OK injected\r\n', '+OK', '-ERR injected\r\n', '+OK\r\nUSER\r\n.\r\n'])(
    'a POP3TLS mailbox rejects plaintext after the STLS response (%j)',
    async (injected) => {
      await using server = await serverWith({ faults: [injectAfterStartTls(injected)] })
      const { code } = await errorOf(open(server, 'POP3TLS', {}, impatient))
      expect(['server-misbehaved', 'connection-lost']).toContain(code)
      expect(sentInClear(server)).toEqual(['CAPA', 'STLS'])
      expect(server.commandNames()).not.toContain('USER')
    },
  )

  test('a POP3TLS mailbox uses only the CAPA response that follows the handshake', async () => {
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

  test.each(['POP3S', 'POP3TLS'] as const)('a mailbox of type %s sends its login only over TLS', async (type) => {
    await using server = await serverWith()
    await (await open(server, type)).close()
    const login = server.transcript.filter(({ name }) => name === 'USER' || name === 'PASS')
    expect(login.map(({ secure }) => secure)).toEqual([true, true])
  })

  test.each([
    ['expired', 'certificate-expired'],
    ['not-yet-valid', 'certificate-expired'],
    ['other-name', 'certificate-name-mismatch'],
  ] as const)('opening a POP3 mailbox reports a bad certificate (%s) as %s', async (certificate, code) => {
    await using server = await serverWith({ certificate })
    expect((await errorOf(open(server, 'POP3S'))).code).toBe(code)
    expect((await errorOf(open(server, 'POP3TLS'))).code).toBe(code)
    expect(server.commandNames()).not.toContain('USER')
  })

  test('opening a POP3 mailbox trusts a self-signed certificate only if it is the custom CA', async () => {
    await using server = await serverWith({ certificate: 'self-signed' })
    const { customCa, ...settings } = settingsFor(server, 'POP3S')
    expect((await errorOf(openPop3Mailbox(settings, policy, never))).code).toBe('certificate-not-trusted')
    await (await openPop3Mailbox({ ...settings, customCa }, policy, never)).close()
  })

  test('opening a POP3 mailbox with implicit TLS on a plaintext port reports tls-failed', async () => {
    await using server = await serverWith()
    const settings = { ...settingsFor(server, 'POP3S'), port: server.port('POP3') }
    expect((await errorOf(openPop3Mailbox(settings, impatient, never))).code).toBe('tls-failed')
  })

  test('opening a POP3 mailbox without TLS on a TLS port reports connection-timed-out', async () => {
    await using server = await serverWith()
    const settings = { ...settingsFor(server, 'POP3'), port: server.port('POP3S') }
    expect((await errorOf(openPop3Mailbox(settings, impatient, never))).code).toBe('connection-timed-out')
  })

  test.each([
    ['hang', 'connection-timed-out'],
    ['drop', 'tls-failed'],
    ['reset', 'tls-failed'],
  ] as const)('a TLS handshake that ends with %s is reported as %s over POP3', async (ending, code) => {
    await using server = await serverWith({ faults: [endAtTls(ending)] })
    expect((await errorOf(open(server, 'POP3S', {}, impatient))).code).toBe(code)
    expect((await errorOf(open(server, 'POP3TLS', {}, impatient))).code).toBe(code)
  })

  test.each([
    ['hang', 'connection-timed-out'],
    ['drop', 'connection-lost'],
    ['reset', 'connection-lost'],
  ] as const)('a POP3 greeting that ends with %s is reported as %s', async (ending, code) => {
    await using server = await serverWith({ faults: [endAtGreeting(ending)] })
    expect((await errorOf(open(server, 'POP3', {}, impatient))).code).toBe(code)
  })

  test('a POP3 greeting that never ends is limited by the connect timeout', async () => {
    await using server = await scripted(() => undefined, '+O')
    expect((await errorOf(openScripted(server, { ...policy, connectTimeout: 150 }))).code).toBe('connection-timed-out')
  })

  test.each([
    ['HTTP', 'HTTP/1.1 400 Bad Request\r\n'],
    ['an endless line', 'x'.repeat(20_000)],
    ['an unsolicited SASL prompt', '+ \r\n'],
  ])('a POP3 greeting that is %s is reported as server-misbehaved', async (_, greeting) => {
    await using server = await scripted(() => undefined, greeting)
    expect((await errorOf(openScripted(server, impatient))).code).toBe('server-misbehaved')
  })

  test('a POP3 server that allows logins only over TLS is reported as login-disabled without TLS and accepted with TLS', async () => {
    await using server = await serverWith({ quirks: { loginDisabled: true } })
    expect((await errorOf(open(server, 'POP3'))).code).toBe('login-disabled')
    expect(server.commandNames()).toEqual(['CAPA'])
    await (await open(server, 'POP3TLS')).close()
  })

  test('a POP3 server with neither USER nor SASL PLAIN is reported as authentication-unsupported', async () => {
    await using server = await serverWith({ quirks: { without: ['USER', 'SASL'] } })
    expect((await errorOf(open(server, 'POP3S'))).code).toBe('authentication-unsupported')
  })

  test.each([
    ['IN-USE', 'mailbox-in-use'],
    ['LOGIN-DELAY', 'throttled'],
    ['SYS/TEMP', 'server-unavailable'],
    ['SYS/PERM', 'mailbox-refused'],
    ['AUTH', 'credentials-rejected'],
  ])('a POP3 PASS refused with [%s] is reported as %s', async (code, expected) => {
    await using server = await serverWith({ faults: [refuse('PASS', { code, text: 'no' })] })
    expect(await errorOf(open(server))).toMatchObject({ code: expected, serverWords: `[${code}] no` })
  })

  test.each([[[]], [['USER']]])(
    'a POP3 password may start and end with spaces and contain any character (without %j)',
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

  test.each(['CAPA', 'UIDL', 'LIST'])('an endless POP3 response to %s is cut off', async (name) => {
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

  test.each(['greeting', 'CAPA', 'PASS', 'LIST'])(
    'opening a POP3 mailbox ends immediately if it is aborted at %s',
    async (step) => {
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
    },
  )
})
