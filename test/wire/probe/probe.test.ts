import { describe, expect, it } from 'vitest'
import { type AccountType, accountTypes } from '../../../lib/mailbox/account-type.ts'
import { testSteps } from '../../../lib/mailbox/probe/connection-test.ts'
import { probeMailbox } from '../../../lib/mailbox/probe/probe-mailbox.ts'
import { createCertificates } from '../../mail-server/certificates.ts'
import { endAt, endAtGreeting, type Fault, refuse, replyTo } from '../../mail-server/faults.ts'
import type { MailServerOptions } from '../../mail-server/options.ts'
import { failedStep, hasty, probe, serverWith, settingsFor, stepOf, user } from './probe-steps.ts'

const old = new Date('2020-02-03T04:05:06.000Z')
const recent = new Date('2026-01-01T00:00:00.000Z')

describe('a connection test that passes', () => {
  it.each(accountTypes)('a connection test passes every step of %s and changes nothing', async (type) => {
    const server = await serverWith({ users: [{ ...user, folders: ['Archive', 'Entwürfe'] }] })
    const { inbox } = server.user(user.name)
    inbox.append('Subject: old\r\n\r\nbody\r\n', { internalDate: old, flags: ['\\Flagged'] })
    inbox.append('Subject: new\r\n\r\nbody\r\n', { internalDate: recent })
    const before = stateOf(inbox)
    const result = await probe(settingsFor(server, type))
    expect(result.passed, JSON.stringify(result.steps)).toBe(true)
    expect(result.steps.map(({ step }) => step)).toEqual(testSteps)
    expect(result.waiting).toMatchObject({ count: 2, examined: 2, bytes: 44, largest: 22, flaggedDeleted: 0 })
    expect(stateOf(inbox)).toEqual(before)
    expect(server.commandNames().filter((name) => changing.has(name))).toEqual([])
    await expect.poll(() => server.openSessions).toBe(0)
    const encrypted = !['IMAP', 'POP3'].includes(type)
    expect(stepOf(result, 'tls').state).toBe(encrypted ? 'passed' : 'skipped')
    if (encrypted)
      expect(stepOf(result, 'tls').facts).toMatchObject({
        version: 'TLSv1.3',
        subject: 'CN=localhost',
        issuer: 'CN=Throw-away test authority',
        names: expect.arrayContaining(['localhost', '127.0.0.1']),
        fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
      })
    if (type.startsWith('IMAP')) {
      expect(server.commandNames()).toContain('EXAMINE')
      expect(stepOf(result, 'oldest').facts).toEqual({ oldestAt: old.toISOString() })
      expect(result.waiting?.byMonth).toEqual({ '2020-02': 1, '2026-01': 1 })
      expect(result.folders?.map(({ name, messages }) => [name, messages]).sort()).toEqual([
        ['Archive', 0],
        ['Entwürfe', 0],
        ['INBOX', 2],
      ])
    } else {
      expect(stepOf(result, 'oldest')).toMatchObject({ state: 'skipped', detail: expect.stringContaining('POP3') })
      expect(result.folders).toBeUndefined()
    }
  })

  it('a connection test reports that messages without IDs are recognised by content', async () => {
    const server = await serverWith({ quirks: { uidls: 'duplicate' } })
    for (const text of ['a', 'b']) server.user(user.name).inbox.append(text)
    expect(stepOf(await probe(settingsFor(server, 'POP3')), 'count').facts).toEqual({ count: 2, uniqueIds: false })
  })

  it('a connection test reports that messages in a folder without UIDVALIDITY are recognised by content', async () => {
    const server = await serverWith({ quirks: { selectCodes: { UIDVALIDITY: '', UIDNEXT: '0' } } })
    const empty = await probe(settingsFor(server, 'IMAP'))
    expect(stepOf(empty, 'count').facts).toEqual({ count: 0 })
    server.user(user.name).inbox.append('a')
    const filled = await probe(settingsFor(server, 'IMAP'))
    expect(stepOf(filled, 'count')).toMatchObject({
      detail: expect.stringContaining('recognise them by their content'),
      facts: { count: 1, uniqueIds: false },
    })
    expect(filled).toMatchObject({ passed: true, waiting: { count: 1, examined: 1 } })
  })

  it.each([
    ['with multiple spaces and text after the UIDL', '+OK\r\n1   20 octets\r\n.', '+OK\r\n 1\tone seen\r\n.', 1],
    ['that is refused because the mailbox is empty', '-ERR no messages', '-ERR no messages', 0],
  ])('a connection test reads a POP3 listing %s', async (_, list, uidl, count) => {
    const server = await serverWith({}, replyTo('LIST', list), replyTo('UIDL', uidl))
    const result = await probe(settingsFor(server, 'POP3'))
    expect(stepOf(result, 'count').facts).toEqual({ count, uniqueIds: true })
  })

  it('a connection test names the folders that only contain others and cannot be selected', async () => {
    const rows = '* LIST (\\Noselect) "/" Desk\r\n* LIST () "/" Desk/Support\r\n* LIST () "/" INBOX\r\n{tag} OK done'
    const server = await serverWith({}, replyTo('LIST', rows))
    const result = await probe(settingsFor(server, 'IMAP'))
    expect(result.unselectableFolders).toEqual(['Desk'])
    expect(result.folders?.map(({ name }) => name)).not.toContain('Desk')
  })

  it('a connection test passes even if other folders cannot be listed or counted', async () => {
    const unlisted = await serverWith({}, refuse('LIST'))
    expect((await probe(settingsFor(unlisted, 'IMAP'))).passed).toBe(true)
    const uncounted = await serverWith({ users: [{ ...user, folders: ['Archive'] }] }, endAt('STATUS', 'drop'))
    const result = await probe(settingsFor(uncounted, 'IMAP'))
    expect(result.passed).toBe(true)
    expect(result.folders?.map(({ name }) => name).sort()).toEqual(['Archive', 'INBOX'])
  })
})

const changing = new Set([
  'SELECT',
  'STORE',
  'UID STORE',
  'EXPUNGE',
  'UID EXPUNGE',
  'APPEND',
  'CREATE',
  'RETR',
  'DELE',
  'TOP',
])

const stateOf = (folder: { messages: Array<{ uid: number; flags: Set<string> }>; expunged: readonly number[] }) =>
  JSON.stringify([folder.messages.map(({ uid, flags }) => [uid, [...flags]]), folder.expunged])

interface Failure {
  readonly title: string
  readonly type?: AccountType
  readonly options?: Omit<Partial<MailServerOptions>, 'faults'>
  readonly faults?: readonly Fault[]
  readonly step: string
  readonly code: string
  readonly remedy?: RegExp
}

const failures: readonly Failure[] = [
  {
    title: 'wrong password, IMAP',
    faults: [refuse('LOGIN', { code: 'AUTHENTICATIONFAILED' })],
    step: 'login',
    code: 'credentials-rejected',
    remedy: /password/,
  },
  {
    title: 'wrong password, POP3',
    type: 'POP3S',
    faults: [refuse('PASS', { code: 'AUTH' })],
    step: 'login',
    code: 'credentials-rejected',
  },
  {
    title: 'login disabled without encryption, IMAP',
    options: { quirks: { loginDisabled: true } },
    step: 'login',
    code: 'login-disabled',
    remedy: /TLS type/,
  },
  {
    title: 'login disabled without encryption, POP3',
    type: 'POP3',
    options: { quirks: { loginDisabled: true } },
    step: 'login',
    code: 'login-disabled',
    remedy: /TLS type/,
  },
  {
    title: 'STARTTLS not offered',
    type: 'IMAPTLS',
    options: { quirks: { without: ['STARTTLS'] } },
    step: 'tls',
    code: 'starttls-not-offered',
    remedy: /IMAPS/,
  },
  {
    title: 'STLS not offered',
    type: 'POP3TLS',
    options: { quirks: { without: ['STLS'] } },
    step: 'tls',
    code: 'starttls-not-offered',
    remedy: /POP3S/,
  },
  {
    title: 'POP3 mailbox in use',
    type: 'POP3',
    faults: [refuse('PASS', { code: 'IN-USE' })],
    step: 'login',
    code: 'mailbox-in-use',
    remedy: /other client/,
  },
  {
    title: 'a greeting that never comes',
    faults: [endAtGreeting('hang')],
    step: 'login',
    code: 'connection-timed-out',
  },
  { title: 'a login that is never answered', faults: [endAt('LOGIN', 'hang')], step: 'login', code: 'server-silent' },
  {
    title: 'an EXAMINE that is never answered',
    faults: [endAt('EXAMINE', 'hang')],
    step: 'folder',
    code: 'server-silent',
  },
  {
    title: 'a listing that is never answered',
    type: 'POP3',
    faults: [endAt('LIST', 'hang')],
    step: 'count',
    code: 'server-silent',
  },
  {
    title: 'a password echoed by the server',
    faults: [replyTo('LOGIN', `{tag} NO ${user.password} is wrong`)],
    step: 'login',
    code: 'credentials-rejected',
  },
]

describe('a connection test that fails', () => {
  it.each(failures)(
    'a connection test reports the step, cause and remedy of a failure: $title',
    async ({ type = 'IMAP', options, faults = [], ...expected }) => {
      const server = await serverWith(options, ...faults)
      const started = performance.now()
      const failed = failedStep(await probe(settingsFor(server, type), { limits: hasty }))
      expect(performance.now() - started).toBeLessThan(hasty.session + hasty.diagnosis + 1500)
      expect(failed).toMatchObject({ step: expected.step, code: expected.code })
      expect(failed.remedy).toMatch(expected.remedy ?? /\S/)
    },
  )

  it('a connection test skips the steps after a failed one', async () => {
    const server = await serverWith({}, refuse('LOGIN'))
    const { steps } = await probe(settingsFor(server, 'IMAPS'))
    expect(steps.map(({ step, state }) => `${step} ${state}`)).toEqual([
      'resolve passed',
      'address passed',
      'connect passed',
      'tls passed',
      'login failed',
      'folder skipped',
      'count skipped',
      'oldest skipped',
    ])
  })

  const wrongPorts: ReadonlyArray<readonly [AccountType, AccountType, RegExp]> = [
    ['IMAPS', 'IMAP', /type to IMAPTLS.*993/],
    ['IMAP', 'IMAPS', /type to IMAPS.*143/],
    ['IMAPTLS', 'IMAPS', /type to IMAPS/],
    ['POP3S', 'POP3', /type to POP3TLS.*995/],
    ['POP3TLS', 'POP3S', /type to POP3S/],
    ['IMAP', 'POP3', /type to POP3TLS/],
    ['IMAPS', 'POP3S', /type to POP3S/],
    ['POP3', 'IMAP', /type to IMAPTLS/],
    ['POP3S', 'IMAPS', /type to IMAPS/],
  ]
  it.each(wrongPorts)('a connection test of %s recognises that the port is for %s', async (type, actual, remedy) => {
    const server = await serverWith()
    const settings = settingsFor(server, type, { port: server.port(actual) })
    const failed = failedStep(await probe(settings, { limits: hasty }))
    expect(failed).toMatchObject({ code: 'wrong-type-for-port', remedy: expect.stringMatching(remedy) })
    expect(server.commandNames().filter((name) => /LOGIN|AUTH|USER|PASS/.test(name))).toEqual([])
  })

  it('a connection test lists folders with similar names if the folder is missing', async () => {
    const server = await serverWith({ users: [{ ...user, folders: ['Support', 'Other', 'Desk/Suport'] }] })
    const result = await probe(settingsFor(server, 'IMAP', { folder: 'suport' }))
    expect(failedStep(result)).toMatchObject({
      step: 'folder',
      code: 'folder-missing',
      facts: { nearest: ['Desk/Suport', 'Support'] },
      remedy: expect.stringContaining('“Support”'),
    })
    expect(result.folders).toHaveLength(4)
  })

  const misspelt = async (folders: readonly string[], ...faults: Fault[]) => {
    const server = await serverWith({ users: [{ ...user, folders }] }, ...faults)
    server.user(user.name).folder('Support').append('Subject: x\r\n\r\nbody\r\n')
    const started = performance.now()
    const result = await probe(settingsFor(server, 'IMAP', { folder: 'Suport' }), {
      limits: { ...hasty, details: 1500 },
    })
    expect(performance.now() - started).toBeLessThan(hasty.session + hasty.diagnosis + 1500)
    // Whatever happens to the counts, the result must be the missing folder.
    expect(failedStep(result)).toMatchObject({
      step: 'folder',
      code: 'folder-missing',
      facts: { nearest: ['Support'] },
    })
    expect(result.steps.filter(({ step }) => step === 'login')).toHaveLength(1)
    await expect.poll(() => server.openSessions).toBe(0)
    return { server, counts: new Map(result.folders?.map(({ name, messages }) => [name, messages])) }
  }

  it('a connection test counts the other folders if the configured folder is missing, even without LIST-STATUS', async () => {
    const { server, counts } = await misspelt(['Support', 'Other'])
    expect(Object.fromEntries(counts)).toEqual({ INBOX: 0, Support: 1, Other: 0 })
    expect(server.commandNames().filter((name) => changing.has(name))).toEqual([])
  })

  it.each([
    ['is refused', refuse('STATUS')],
    ['is never answered', endAt('STATUS', 'hang')],
    ['drops the connection', endAt('STATUS', 'drop')],
    ['is slow', { delayMs: 150 }],
  ])('a connection test still reports the missing folder if counting %s', async (_, fault) => {
    const { counts } = await misspelt(['Support', 'Other'], fault)
    expect([...counts.keys()].sort()).toEqual(['INBOX', 'Other', 'Support'])
  })

  it('a connection test still reports the missing folder if a second login is refused', async () => {
    const logins = { count: 0 }
    const once: Fault = {
      onCommand: (_, { name }) => {
        if (name === 'LOGIN') logins.count += 1
        return name === 'LOGIN' && logins.count > 1 ? { reply: '{tag} NO too many connections' } : undefined
      },
    }
    const { counts } = await misspelt(['Support'], once)
    expect([...counts.values()]).toEqual([undefined, undefined])
    expect(logins.count).toBe(2)
  })

  it('a connection test requests the counts of at most 200 folders', async () => {
    const many = Array.from({ length: 250 }, (_, index) => `Folder ${index}`)
    const server = await serverWith({ users: [{ ...user, folders: many }] })
    const result = await probe(settingsFor(server, 'IMAP', { folder: 'nothing like them' }))
    expect(failedStep(result).code).toBe('folder-missing')
    expect(result.folders).toHaveLength(251)
    expect(server.commandNames().filter((name) => name === 'STATUS')).toHaveLength(200)
    expect(result.folders?.filter(({ messages }) => messages !== undefined)).toHaveLength(200)
  })

  it.each(['IMAPS', 'IMAPTLS', 'POP3S', 'POP3TLS'] as const)(
    'a connection test shows the certificate that %s did not trust',
    async (type) => {
      const made = await createCertificates()
      const { cert, key } = made.servers.valid
      const chain = { ...made, servers: { ...made.servers, valid: { cert: `${cert}\n${made.caPem}`, key } } }
      const server = await serverWith({ authority: chain })
      const settings = settingsFor(server, type, { customCa: undefined })
      const failed = failedStep(await probe(settings, { limits: hasty }))
      expect(failed).toMatchObject({
        step: 'tls',
        code: 'certificate-not-trusted',
        facts: { subject: 'CN=localhost', issuer: 'CN=Throw-away test authority' },
        remedy: expect.stringContaining('custom CA'),
      })
      const customCa = String(failed.facts?.customCa)
      expect((await probe({ ...settings, customCa })).passed).toBe(true)
      expect(server.transcript.filter(({ args }) => args.includes(user.password)).length).toBe(1)
    },
  )

  it('a connection test names the required authority if the server does not send its certificate', async () => {
    const server = await serverWith()
    const failed = failedStep(await probe(settingsFor(server, 'IMAPS', { customCa: undefined })))
    expect(failed.remedy).toContain('“CN=Throw-away test authority”')
    expect(failed.facts).not.toHaveProperty('customCa')
  })

  it('a connection test reports the host names and validity period of a rejected certificate', async () => {
    const elsewhere = await serverWith({ certificate: 'other-name' })
    expect(failedStep(await probe(settingsFor(elsewhere, 'IMAPS')))).toMatchObject({
      code: 'certificate-name-mismatch',
      remedy: expect.stringContaining('mail.elsewhere.example'),
    })
    const expired = await serverWith({ certificate: 'expired' })
    expect(failedStep(await probe(settingsFor(expired, 'IMAPTLS')))).toMatchObject({
      code: 'certificate-expired',
      detail: expect.stringMatching(/valid only from .* to /),
    })
  })

  it('a connection test does not connect to an address or port that the deployment does not allow', async () => {
    const server = await serverWith()
    const settings = settingsFor(server, 'IMAP')
    const strict = { allowPrivateAddresses: false, allowClearTextOnLoopback: false, extraPorts: [settings.port] }
    const { signal } = new AbortController()
    expect(failedStep(await probeMailbox(settings, strict, signal))).toMatchObject({
      step: 'address',
      code: 'address-not-allowed',
    })
    const noPort = { allowPrivateAddresses: true, allowClearTextOnLoopback: false, extraPorts: [] }
    expect(failedStep(await probeMailbox(settings, noPort, signal))).toMatchObject({
      step: 'address',
      code: 'port-not-allowed',
    })
    expect(server.sessionCount).toBe(0)
  })

  it('a connection test reports a host that does not exist and a port that refuses connections', async () => {
    const server = await serverWith()
    const resolver = async () => {
      throw Object.assign(new Error('no such host'), { code: 'ENOTFOUND' })
    }
    expect(failedStep(await probe(settingsFor(server, 'IMAP'), { resolver }))).toMatchObject({
      step: 'resolve',
      code: 'host-not-found',
    })
    expect(failedStep(await probe(settingsFor(server, 'IMAPS', { port: 1 })))).toMatchObject({
      step: 'connect',
      code: 'connection-refused',
      remedy: expect.stringContaining('993'),
    })
  })

  it('a connection test ends within its time limit if the server answers each command slowly', async () => {
    const server = await serverWith({}, { delayMs: 600 })
    const started = performance.now()
    const { code } = failedStep(await probe(settingsFor(server, 'IMAP'), { limits: hasty }))
    // Before or after the login, depending on how busy this machine is.
    expect(['server-silent', 'connection-timed-out']).toContain(code)
    expect(performance.now() - started).toBeLessThan(hasty.session + hasty.diagnosis + 1500)
  })
})
