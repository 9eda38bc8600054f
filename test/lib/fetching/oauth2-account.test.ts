import { describe, expect, it } from 'vitest'
import { takeJob } from '../../../lib/fetching/take-job.ts'
import type { Mailbox, MailboxSettings, TokenCredential } from '../../../lib/mailbox/mailbox.ts'
import { MailboxError } from '../../../lib/mailbox/mailbox-error.ts'
import { type OAuth2FindingCode, oauth2Finding } from '../../../lib/oauth2/findings/oauth2-findings.ts'
import { OAuth2Error } from '../../../lib/oauth2/oauth2-error.ts'
import { FakeServer } from './fake-server.ts'
import { aDeadline, aMail, anAccount, memoryServices, tick } from './memory-services.ts'

const account = anAccount({
  credential: { method: 'oauth2', profileId: 'p1' },
  username: 'jane@example.com',
  mailbox: 'desk@example.com',
})

/** A mail server that accepts some tokens and records the settings of each login. */
const aServerTaking = (...tokens: string[]) => {
  const server = new FakeServer([aMail(1)])
  const opened: MailboxSettings[] = []
  const open: FakeServer['open'] = async (settings, ...rest) => {
    opened.push(settings)
    if (!tokens.includes(tokenIn(settings))) {
      rest[1]?.transcript?.sent(`AUTH ${tokenIn(settings)}`)
      throw new MailboxError('token-refused', 'AUTHENTICATE failed.')
    }
    return await server.open(settings, ...rest)
  }
  return { server, opened, open }
}

const tokenIn = ({ credential }: Pick<MailboxSettings, 'credential'>): string =>
  credential.method === 'oauth2' ? credential.accessToken : 'a password'

const fetchOnce = async (memory: ReturnType<typeof memoryServices>, job = tick()) =>
  await takeJob(memory.services, job, aDeadline(memory.state.now))
const statusOf = ({ state }: ReturnType<typeof memoryServices>) => state.statuses.get('account-1')
const failsWith = (code: OAuth2FindingCode) => new OAuth2Error(oauth2Finding(code))

describe('an account with OAuth2', () => {
  it('an OAuth2 account logs in with a token as the mailbox user, not as the person who consented', async () => {
    const { open, opened } = aServerTaking('token-0')
    const memory = memoryServices({ open }, account)
    expect(await fetchOnce(memory)).toMatchObject({ state: 'done', counts: { stored: 1, deleted: 1 } })
    expect(opened.map(({ credential }) => credential)).toEqual([
      { method: 'oauth2', username: 'desk@example.com', accessToken: 'token-0' },
    ])
    expect(memory.state.tokensAsked).toHaveLength(1)
  })

  it('an OAuth2 account gets one more token if the mail server refuses the first', async () => {
    const { open, opened } = aServerTaking('new')
    const memory = memoryServices({ open }, account)
    memory.state.tokens.push('revoked', 'new')
    expect((await fetchOnce(memory)).state).toBe('done')
    expect(opened.map(tokenIn)).toEqual(['revoked', 'new'])
    expect(memory.state.tokensAsked.map(({ refused }) => refused)).toEqual([undefined, 'revoked'])
    expect(statusOf(memory)).not.toHaveProperty('lastError')
  })

  it('an OAuth2 account fails if the second token is also refused, and is retried later', async () => {
    const { open, opened } = aServerTaking()
    const memory = memoryServices({ open }, account)
    memory.state.tokens.push('one', 'two')
    const run = await fetchOnce(memory)
    expect(opened).toHaveLength(2)
    expect(run).toMatchObject({ state: 'failed', error: { code: 'token-refused' } })
    expect(run.error?.detail).toContain('AUTHENTICATE failed.')
    expect(statusOf(memory)).toMatchObject({
      lastError: { code: 'token-refused' },
      nextFetchAt: '2026-06-01T12:10:00.000Z',
    })
    expect(memory.state.notified).toEqual([])
  })

  it('an OAuth2 account does not request another token if the failure is unrelated to the token', async () => {
    const server = new FakeServer()
    server.openError = new MailboxError('connection-refused')
    const memory = memoryServices(server, account)
    expect((await fetchOnce(memory)).error?.code).toBe('connection-refused')
    expect(memory.state.tokensAsked).toHaveLength(1)
  })

  it.each([
    ['provider-unreachable', '2026-06-01T12:10:00.000Z'],
    ['client-secret-rejected', '2026-06-01T12:10:00.000Z'],
  ] as const)(
    'an OAuth2 account that gets no token because of %s fails without connecting and is retried',
    async (code, next) => {
      const { open, opened } = aServerTaking('token-0')
      const memory = memoryServices({ open }, account)
      memory.state.tokens.push(failsWith(code))
      const { detail, remedy } = oauth2Finding(code)
      expect(await fetchOnce(memory)).toMatchObject({ state: 'failed', error: { code, detail, remedy } })
      expect(opened).toEqual([])
      expect(statusOf(memory)).toMatchObject({ lastError: { code, detail, remedy, consecutive: 1 }, nextFetchAt: next })
      expect(memory.state.notified).toEqual([])
    },
  )

  it('an OAuth2 account backs off while a change is required, and recovers after the change', async () => {
    const memory = memoryServices(aServerTaking('token-0'), account)
    for (const minutes of ['00', '10', '30']) {
      memory.state.tokens.push(failsWith('client-secret-expired'))
      memory.state.now = Date.parse(`2026-06-01T12:${minutes}:02.000Z`)
      await fetchOnce(memory, tick(`2026-06-01T12:${minutes}:00.000Z`))
    }
    expect(statusOf(memory)).toMatchObject({ lastError: { consecutive: 3 }, nextFetchAt: '2026-06-01T13:00:00.000Z' })
    memory.state.now = Date.parse('2026-06-01T13:00:02.000Z')
    await fetchOnce(memory, tick('2026-06-01T13:00:00.000Z'))
    expect(statusOf(memory)).toMatchObject({ nextFetchAt: '2026-06-01T13:10:00.000Z' })
    expect(statusOf(memory)).not.toHaveProperty('lastError')
  })

  it('the recorded conversation of a run with debug contains none of the tokens that were sent', async () => {
    const { open } = aServerTaking('the-second-token')
    const memory = memoryServices({ open }, account)
    memory.state.tokens.push('the-first-token', 'the-second-token')
    const run = await fetchOnce(memory, { kind: 'run', accountId: 'account-1', runId: 'r1', debug: true })
    expect(run).toMatchObject({ state: 'done', conversation: { parts: 1 } })
    const lines = memory.state.conversation.flatMap((part) => part.lines.map(({ text }) => text))
    expect(lines).toEqual(['AUTH (credential)', '* OK ready', 'hello (credential)'])
    expect(JSON.stringify([...memory.state.runs.values(), ...memory.state.statuses.values()])).not.toContain('the-')
  })
})

describe('an account that needs consent', () => {
  const stopped = async () => {
    const { open, opened } = aServerTaking('token-0')
    const memory = memoryServices({ open }, account)
    memory.state.tokens.push(failsWith('grant-revoked'))
    const run = await fetchOnce(memory)
    return { memory, run, opened }
  }

  it('an account that needs consent is no longer fetched and shows the reason, and admins are notified', async () => {
    const { memory, run, opened } = await stopped()
    const { code, detail, remedy: anybodys } = oauth2Finding('grant-revoked')
    const remedy = anybodys.replace('ACCOUNT', 'account-1')
    expect(remedy).toContain('postmaster oauth2 connect account-1')
    expect(run).toMatchObject({ state: 'failed', error: { code, detail, remedy } })
    expect(opened).toEqual([])
    expect(memory.state.notified).toEqual(['account-1'])
    const status = statusOf(memory)
    expect(status).toMatchObject({ lastError: { code, detail, remedy } })
    expect(status).not.toHaveProperty('nextFetchAt')
    expect(status?.dueOrder).toBe('2026-06-02T12:00:05.000Z#account-1')
  })

  it('an account returns to its schedule after the run that a new consent triggers', async () => {
    const { memory } = await stopped()
    memory.state.now = Date.parse('2026-06-01T15:03:00.000Z')
    const run = await fetchOnce(memory, { kind: 'run', accountId: 'account-1', runId: 'after-consent' })
    expect(run).toMatchObject({ state: 'done', counts: { stored: 1 } })
    // Half a period later, so that the next tick fetches it, regardless of the tick's phase.
    expect(statusOf(memory)).toMatchObject({ nextFetchAt: '2026-06-01T15:08:00.000Z' })
    expect(statusOf(memory)).not.toHaveProperty('lastError')
  })

  it('an account that needs consent is retried until admins have been notified', async () => {
    const memory = memoryServices(aServerTaking('token-0'), account)
    memory.state.fail.tell = true
    memory.state.tokens.push(failsWith('grant-revoked'), failsWith('grant-revoked'))
    const run = await fetchOnce(memory)
    expect(run.events.map(({ code }) => code)).toEqual(['notice-failed'])
    expect(statusOf(memory)).toMatchObject({
      lastError: { code: 'grant-revoked' },
      nextFetchAt: '2026-06-01T12:10:00.000Z',
    })
    memory.state.fail.tell = false
    memory.state.now = Date.parse('2026-06-01T12:10:01.000Z')
    await fetchOnce(memory, tick('2026-06-01T12:10:00.000Z'))
    expect(memory.state.notified).toEqual(['account-1'])
    expect(statusOf(memory)).not.toHaveProperty('nextFetchAt')
  })
})

describe('a session that is reopened during a run', () => {
  /** Requests a credential before it returns any message, as a POP3 mailbox does between two chunks. */
  const reopening = (use: (credential: TokenCredential, say: (line: string) => void) => void) => {
    const server = new FakeServer([aMail(1)])
    server.protocol = 'pop3'
    const open: FakeServer['open'] = async (settings, signal, watch): Promise<Mailbox> => {
      server.onRetrieve = async () => {
        const renewed = await settings.renewCredential?.()
        if (renewed?.method !== 'oauth2') throw new Error('no renewed token')
        use(renewed, (line) => watch?.transcript?.sent(line))
      }
      return await server.open(settings, signal, watch)
    }
    return memoryServices({ open }, { ...account, type: 'POP3S', folder: undefined })
  }

  it('a reopened session gets its own token, which is also redacted', async () => {
    const seen: TokenCredential[] = []
    const memory = reopening((credential, say) => {
      seen.push(credential)
      say(`AUTH ${credential.accessToken}`)
    })
    memory.state.tokens.push('the-first-token', 'the-later-token')
    const run = await fetchOnce(memory, { kind: 'run', accountId: 'account-1', runId: 'r1', debug: true })
    expect(run.state).toBe('done')
    expect(seen).toEqual([{ method: 'oauth2', username: 'desk@example.com', accessToken: 'the-later-token' }])
    const lines = memory.state.conversation.flatMap((part) => part.lines.map(({ text }) => text))
    expect(lines).toContain('AUTH (credential)')
    expect(lines.join()).not.toContain('the-')
  })

  it('a reopened session ends the run with the reason if no new token is available', async () => {
    const memory = reopening(() => undefined)
    memory.state.tokens.push('the-first-token', failsWith('grant-revoked'))
    const run = await fetchOnce(memory)
    expect(run).toMatchObject({ state: 'failed', error: { code: 'grant-revoked' }, counts: { found: 1, left: 1 } })
    expect(memory.state.notified).toEqual(['account-1'])
    expect(statusOf(memory)).not.toHaveProperty('nextFetchAt')
  })
})
