import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AccountType, accountTypeFacts, accountTypes } from '../../lib/mailbox/account-type.ts'
import type { ListedMessage, Mailbox, MailPolicy } from '../../lib/mailbox/mailbox.ts'
import { openMailbox } from '../../lib/mailbox/open-mailbox.ts'
import { type Dovecot, startDovecot } from '../mail-server/dovecot/dovecot.ts'
import { tokensByCodeFlow } from '../oauth2-server/code-flow.ts'
import { type OAuth2Server, startOAuth2Server } from '../oauth2-server/server.ts'

const desk = { email: 'desk@example.com', password: 'at the provider', sharedMailbox: 'support@example.com' }
const other = { email: 'other@example.com', password: 'at the provider too' }
const mailboxes = [desk.email, other.email, desk.sharedMailbox].map((name) => ({ name, password: 'not used' }))
const encrypted = accountTypes.filter((type) => accountTypeFacts[type].security !== 'clear')

let server: OAuth2Server
let dovecot: Dovecot
beforeAll(async () => {
  server = await startOAuth2Server({ users: [desk, other] })
  dovecot = await startDovecot({ users: mailboxes, oauth2: server })
})
afterAll(async () => {
  await dovecot?.stop()
  await server?.stop()
})

const open = (type: AccountType, username: string, accessToken: string, at = dovecot): Promise<Mailbox> => {
  const policy: MailPolicy = {
    allowPrivateAddresses: true,
    allowClearTextOnLoopback: false,
    extraPorts: [at.port(type)],
    connectTimeout: 15_000,
    silenceTimeout: 60_000,
  }
  const settings = {
    type,
    host: 'localhost',
    port: at.port(type),
    folder: 'INBOX',
    credential: { method: 'oauth2', username, accessToken },
    customCa: at.caPem,
  } as const
  return openMailbox(settings, policy, AbortSignal.timeout(30_000))
}

/**
 * Fetches and deletes all messages.
 * @returns their subjects
 */
const fetchAll = async (mailbox: Mailbox): Promise<string[]> => {
  const subjects: string[] = []
  const listed: ListedMessage[] = []
  for await (const window of mailbox.list()) listed.push(...window)
  for await (const got of mailbox.retrieve(listed))
    if (got.kind === 'whole') subjects.push(/^Subject: (.*)\r$/m.exec(got.bytes.toString())?.[1] ?? '')
  await mailbox.remove(listed)
  await mailbox.close()
  return subjects
}

describe.each(encrypted)('a token from a real authorization server at a real Dovecot over %s', (type) => {
  it.each([desk.email, desk.sharedMailbox])('a token opens %s, whose mail is fetched and deleted', async (mailbox) => {
    const { accessToken } = await tokensByCodeFlow(server, desk)
    await dovecot.deliver(mailbox, [Buffer.from(`Subject: for ${mailbox} over ${type}\r\n\r\nText\r\n`)])
    expect(await fetchAll(await open(type, mailbox, accessToken))).toEqual([`for ${mailbox} over ${type}`])
    expect(await dovecot.count(mailbox)).toBe(0)
  })

  it('another person’s token and a revoked token are refused with a specific error', async () => {
    const theirs = await tokensByCodeFlow(server, other)
    await expect(open(type, desk.sharedMailbox, theirs.accessToken)).rejects.toMatchObject({ code: 'token-refused' })
    const mine = await tokensByCodeFlow(server, desk)
    server.revokeGrants(desk.email)
    await expect(open(type, desk.email, mine.accessToken)).rejects.toMatchObject({ code: 'token-refused' })
  })
})

describe('a token at a Dovecot that cannot validate it', () => {
  it.each(['IMAP', 'POP3'] as const)('does not travel over %s, which has no TLS', async (type) => {
    const { accessToken } = await tokensByCodeFlow(server, desk)
    await expect(open(type, desk.email, accessToken)).rejects.toMatchObject({ code: 'token-needs-tls' })
  })

  it.each(encrypted)('a token is not reported as refused over %s when Dovecot cannot validate it', async (type) => {
    const ended = await startOAuth2Server({ users: [desk] })
    const { accessToken } = await tokensByCodeFlow(ended, desk)
    await ended.stop()
    await using asksNobody = await startDovecot({ users: mailboxes, oauth2: ended })
    await expect(open(type, desk.email, accessToken, asksNobody)).rejects.toMatchObject({ code: 'server-unavailable' })
  })
})
