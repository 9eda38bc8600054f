import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunLog, SessionReport } from '../../../lib/fetching/run-log.ts'
import type { Credential, Transcript } from '../../../lib/mailbox/mailbox.ts'
import { MailboxError } from '../../../lib/mailbox/mailbox-error.ts'
import { openMailbox } from '../../../lib/mailbox/open-mailbox.ts'
import { queuedRun } from '../../../lib/runs/run.ts'
import { importsOf, sourceFiles } from '../../layers/import-graph.ts'
import { type CertificateAuthority, createCertificates } from '../../mail-server/certificates.ts'
import type { Fault } from '../../mail-server/faults.ts'
import { startMailServer } from '../../mail-server/server.ts'
import { refuseToken } from '../../mail-server/token-faults.ts'
import { json, raw } from '../../oauth2-server/scripted-answers.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'
import { everySpelling, everySpellingOfLong, partsShown, type Spelling } from '../../support/every-spelling.ts'
import { policyFor } from '../../wire/imap/imap-wire.ts'
import { anAccount } from '../fetching/memory-services.ts'
import {
  adapterWith,
  aParcel,
  aReceiver,
  aWebhook,
  currentKey,
  secretsWith,
} from '../handover/webhook/webhook-world.ts'
import { clientFor, never, refusalOf, scripted, servers } from '../oauth2/authorization/asking.ts'
import { doctorWorld } from '../oauth2/doctor/doctor-world.ts'

const user = 'desk@example.org'
/** These characters need escaping in many formats, and neither OAuth 2.0 nor a protocol line forbids them. */
const secret = `pass "word" \\ 42/x&<y>'z+=%~`
/** The characters that RFC 6750 allows. Other tokens are never sent. */
const bearer = 'eyJ0eXAiOiJK.Zm9yIG5vYm9keSBlbHNl~s1gn+ature/_-xyz='

let authority: CertificateAuthority
let tables: TestTables
beforeAll(async () => {
  ;[authority, tables] = await Promise.all([createCertificates(), startTables()])
})
afterAll(() => tables.stop())

/** Everything that a session shows: its error and, if there is a `transcript`, its lines. */
const sessionOf = async (
  type: 'IMAPS' | 'POP3S',
  fault: Fault,
  { credential, transcript }: { readonly credential: Credential; readonly transcript?: Transcript | undefined },
): Promise<string> => {
  await using server = await startMailServer({
    users: [{ name: user, password: secret, tokens: [] }],
    quirks: { tokenMechanisms: ['XOAUTH2'] },
    faults: [fault],
    authority,
  })
  const settings = { type, host: 'localhost', port: server.port(type), folder: 'INBOX', credential }
  try {
    const opening = { ...settings, customCa: server.caPem }
    const mailbox = await openMailbox(opening, policyFor(settings.port), never, { transcript })
    await mailbox.close()
    return 'opened'
  } catch (error) {
    if (!(error instanceof MailboxError)) throw error
    return `${error.stack} ${error.serverWords} ${String(error.cause)}`
  }
}

const password: Credential = { method: 'password', username: user, password: secret }
const token: Credential = { method: 'oauth2', username: user, accessToken: bearer }

const imapNo = (detail: string): Fault => ({
  onCommand: (_, { name }) =>
    name === 'LOGIN' || name === 'AUTHENTICATE' ? { reply: `{tag} NO ${detail}` } : undefined,
})
const pop3Err = (detail: string): Fault => ({
  onCommand: (_, { name }) => (name === 'PASS' ? { reply: `-ERR ${detail}` } : undefined),
})

/** Opens a session in a run with `debug` and returns what the run recorded. */
const recordingOf = async (type: 'IMAPS' | 'POP3S', fault: Fault): Promise<string> => {
  const lines: string[] = []
  const now = () => new Date('2026-06-01T12:00:00.000Z')
  const asked = { runId: 'r', accountId: 'a', trigger: 'request', slot: undefined, askedBy: 'anna' } as const
  const log = new RunLog(queuedRun({ ...asked, askedAt: '2026-06-01T12:00:00.000Z' }), now)
  log.start(1, { debug: true })
  const conversations = {
    write: async (part: { lines: readonly { text: string }[] }) =>
      void lines.push(...part.lines.map(({ text }) => text)),
  }
  const report = new SessionReport({ conversations, now }, log, anAccount())
  report.conceal(password)
  await sessionOf(type, fault, { credential: password, transcript: report.watch().transcript })
  await report.end()
  return lines.join('\n')
}

type Show = (detail: string) => Promise<string>

/** For each file that hides secrets: every way in which foreign text reaches people through it. */
const callers: Readonly<Record<string, Readonly<Record<string, Show>>>> = {
  'lib/mailbox/imap/imap-session.ts': {
    'an IMAP server refuses a password': (detail) => sessionOf('IMAPS', imapNo(detail), { credential: password }),
    'an IMAP server refuses a token': (detail) =>
      sessionOf('IMAPS', refuseToken({ challenges: [{ status: detail }], text: detail }), { credential: token }),
  },
  'lib/mailbox/pop3/pop3-session.ts': {
    'a POP3 server refuses a password': (detail) => sessionOf('POP3S', pop3Err(detail), { credential: password }),
    'a POP3 server refuses a token': (detail) =>
      sessionOf('POP3S', refuseToken({ challenges: [{ status: detail }], text: detail }), { credential: token }),
    'a POP3 server accepts without being asked': (detail) =>
      sessionOf(
        'POP3S',
        { onCommand: (_, { name }) => (name === 'AUTH' ? { reply: `+OK ${detail}` } : undefined) },
        { credential: token },
      ),
    'a POP3 server names its mechanisms': (detail) =>
      sessionOf(
        'POP3S',
        { onCommand: (_, { name }) => (name === 'CAPA' ? { reply: `+OK\r\nSASL ${detail}\r\n.` } : undefined) },
        { credential: token },
      ),
  },
  'lib/fetching/run-log.ts': {
    'a run records IMAP': (detail) => recordingOf('IMAPS', imapNo(detail)),
    'a run records POP3': (detail) => recordingOf('POP3S', pop3Err(detail)),
  },
  'lib/oauth2/authorization/authorization-servers.ts': {
    'an authorization server refuses a client secret': async (detail) => {
      const server = await scripted()
      server.otherwise = json({ error: 'invalid_client', error_description: detail }, 400)
      const client = clientFor(server, { clientId: user, clientSecret: secret, clientAuthentication: 'header' })
      return JSON.stringify(await refusalOf(servers().clientCredentials(client, never)))
    },
    'an authorization server refuses a refresh token': async (detail) => {
      const server = await scripted()
      server.otherwise = json({ error: { status: 'UNAUTHENTICATED', message: detail } }, 400)
      return JSON.stringify(await refusalOf(servers().refresh(clientFor(server, { clientId: user }), secret, never)))
    },
    'an authorization server refuses a code': async (detail) => {
      const server = await scripted()
      server.otherwise = json({ error: 'invalid_grant', error_description: detail }, 200)
      const code = { code: 'c0de', codeVerifier: secret, redirectUri: 'https://localhost/' }
      return JSON.stringify(await refusalOf(servers().exchangeCode(clientFor(server), code, never)))
    },
    'the doctor reports a refusal': async (detail) => {
      const world = await doctorWorld(tables, { profile: { clientId: user } })
      world.state.clientSecret = secret
      world.idp.otherwise = json({ error: 'not_in_a_mood', error_description: detail }, 400)
      return JSON.stringify(await world.examine())
    },
  },
  'lib/handover/webhook/receiver.ts': {
    'a webhook refuses a message': async (detail) => {
      const { server, url, port } = await aReceiver()
      server.otherwise = raw(detail, 422)
      return JSON.stringify(await webhookWith(port).deliver(aParcel(), aWebhook(url, basic), never))
    },
    'a webhook returns a ticket': async (detail) => {
      const { server, url, port } = await aReceiver()
      server.otherwise = json({ ticket: `…${detail}`, result: detail })
      return JSON.stringify(await webhookWith(port).deliver(aParcel(), aWebhook(url, basic), never))
    },
    'a webhook refuses a test': async (detail) => {
      const { server, url, port } = await aReceiver()
      server.otherwise = raw(detail, 422)
      return JSON.stringify(await webhookWith(port).test(aWebhook(url, basic), never))
    },
  },
}

const basic = { auth: { kind: 'basic', user } } as const
const webhookWith = (port: number) => adapterWith({ port, secrets: secretsWith([currentKey], secret) })

/** Creating an account and a provider for every spelling takes a minute. */
const slow = new Set(['the doctor reports a refusal'])
/** Each line of a protocol is checked separately, and fewer than eight characters reveal too little. */
const isShown = (file: string, [title]: Spelling) => file.includes('oauth2') || !title.includes('lines of five')

describe('every file that hides secrets', () => {
  it('each file that hides secrets is in the table of this test', () => {
    const files = sourceFiles(new URL('../../../', import.meta.url).pathname, ['lib', 'functions', 'cli', 'local'])
    const importing = importsOf(files).filter(({ to }) => to === 'lib/redaction/redaction.ts')
    const hiding = importing
      .map(({ from }) => from)
      .filter((file) => /\bredaction\(\[(?!\])/.test(files.get(file) ?? ''))
    expect(hiding.toSorted()).toEqual(Object.keys(callers).toSorted())
  })

  describe.each(
    Object.entries(callers).flatMap(([file, ways]) => Object.entries(ways).map((way) => [file, ...way] as const)),
  )('(%s) where %s', (file, title, show) => {
    it('every spelling of the secret is hidden', async () => {
      const sent =
        title.includes(' a token') || title.includes('POP3 server names') || title.includes('POP3 server accepts')
          ? bearer
          : secret
      const spellings = [...everySpelling(user, sent), ...everySpellingOfLong(user, sent)].filter((one) =>
        isShown(file, one),
      )
      const leaks: string[] = []
      for (const [spelling, text] of slow.has(title) ? spellings.filter((_, index) => index % 5 === 0) : spellings) {
        const shown = await show(`no ${text} today`)
        if (partsShown(shown, text).length > 0) leaks.push(`${spelling}: ${shown}`)
        if (!/…|\(credential\)/.test(shown)) leaks.push(`${spelling}, without a mark: ${shown}`)
      }
      expect(leaks).toEqual([])
    })
  })
})
