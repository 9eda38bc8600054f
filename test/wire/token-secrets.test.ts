import { describe, expect, it } from 'vitest'
import type { AccountType } from '../../lib/mailbox/account-type.ts'
import type { MailboxSettings } from '../../lib/mailbox/mailbox.ts'
import { MailboxError } from '../../lib/mailbox/mailbox-error.ts'
import { openMailbox } from '../../lib/mailbox/open-mailbox.ts'
import { listAll } from '../contracts/mailbox-steps.ts'
import { type CertificateAuthority, createCertificates } from '../mail-server/certificates.ts'
import type { Fault } from '../mail-server/faults.ts'
import type { Quirks } from '../mail-server/options.ts'
import { startMailServer } from '../mail-server/server.ts'
import { refuseToken } from '../mail-server/token-faults.ts'
import { expectNoToken, token, tokenSpellingsOf } from '../support/token-spellings.ts'
import { policyFor } from './imap/imap-wire.ts'

let authority: CertificateAuthority | undefined

/**
 * @returns all results and errors of a session with a server that has this fault; `said` is the client's side of the
 * transcript
 */
const session = async (type: AccountType, fault: Fault, quirks: Partial<Quirks> = {}) => {
  authority ??= await createCertificates()
  await using server = await startMailServer({
    users: [{ name: 'alice', password: 'unused', tokens: [token] }],
    quirks: { tokenMechanisms: ['XOAUTH2'], ...quirks },
    faults: [fault],
    authority,
  })
  server.user('alice').inbox.append(Buffer.from('Subject: a\r\n\r\nb\r\n'))
  const settings: MailboxSettings = {
    type,
    host: 'localhost',
    port: server.port(type),
    folder: 'INBOX',
    credential: { method: 'oauth2', username: 'alice', accessToken: token },
    customCa: server.caPem,
  }
  const policy = policyFor(settings.port, { connectTimeout: 1000, silenceTimeout: 300 })
  const seen: unknown[] = []
  const said: string[] = []
  const transcript = { listening: true, sent: (line: string) => void said.push(line), received: () => undefined }
  try {
    const mailbox = await openMailbox(settings, policy, new AbortController().signal, { transcript })
    try {
      const listed = await listAll(mailbox)
      for await (const retrieved of mailbox.retrieve(listed)) seen.push(retrieved)
      seen.push(await mailbox.remove(listed))
    } finally {
      seen.push(await mailbox.close())
    }
  } catch (error) {
    seen.push(error)
  }
  return { seen, said, asked: server.commandNames() }
}

const answering = (step: string, reply: string): Fault =>
  step === 'greeting'
    ? { atGreeting: () => ({ reply }) }
    : { onCommand: (_, { name }) => (name === step ? { reply } : undefined) }

const repliesOf = (type: AccountType, detail: string): string[] =>
  type === 'IMAPS'
    ? [`{tag} NO ${detail}`, `{tag} BAD [AUTHENTICATIONFAILED] ${detail}`, `* BYE ${detail}`, detail]
    : [`-ERR ${detail}`, `-ERR [AUTH] ${detail}`, detail]

describe('a mail server that repeats a token', () => {
  it.each<[AccountType, step: string]>([
    ['IMAPS', 'greeting'],
    ['IMAPS', 'AUTHENTICATE'],
    ['IMAPS', 'SELECT'],
    ['IMAPS', 'UID EXPUNGE'],
    ['POP3S', 'greeting'],
    ['POP3S', 'AUTH'],
    ['POP3S', 'LIST'],
    ['POP3S', 'QUIT'],
  ])('a mailbox of type %s hides a token that the server repeats at %s', async (type, step) => {
    let reached = 0
    for (const spelling of tokenSpellingsOf('alice')) {
      for (const reply of repliesOf(type, `cannot read ${spelling}`)) {
        const { seen, asked } = await session(type, answering(step, reply))
        expect(seen).not.toEqual([])
        expectNoToken(seen)
        if (asked.includes(step)) reached += 1
      }
    }
    if (step !== 'greeting') expect(reached).toBeGreaterThan(0)
  })

  it.each<AccountType>(['IMAPS', 'POP3S'])(
    'a mailbox of type %s hides a token that the server repeats in a challenge',
    async (type) => {
      for (const spelling of tokenSpellingsOf('alice')) {
        const challenges = [
          spelling,
          { status: spelling },
          { error: 'invalid_token', error_description: `of ${spelling}` },
        ]
        for (const challenge of challenges) {
          const { seen } = await session(type, refuseToken({ challenges: [challenge], text: `wrong: ${spelling}` }))
          expect(seen).toEqual([expect.objectContaining({ code: 'token-refused' })])
          expectNoToken(seen)
        }
      }
    },
  )

  it.each<AccountType>(['IMAPS', 'POP3S'])(
    'a mailbox of type %s records its own commands without the token',
    async (type) => {
      for (const quirks of [{}, { without: ['SASL-IR'], pop3TokenForm: 'one-line' as const }]) {
        const { said } = await session(type, {}, quirks)
        expectNoToken(said)
        expect(said.filter((line) => /\(credential\)|value hidden/.test(line))).toHaveLength(1)
      }
    },
  )

  it.each<AccountType>(['IMAPS', 'POP3S'])(
    'a mailbox of type %s shows the rest of a response that repeats the token',
    async (type) => {
      const challenge = { status: '401', scope: `mail of ${token}` }
      const { seen } = await session(
        type,
        refuseToken({ challenges: [challenge], code: '', text: `no ${token} today` }),
      )
      expect(seen.at(-1)).toBeInstanceOf(MailboxError)
      expect(seen.at(-1)).toMatchObject({ serverWords: 'no … today (status 401, scope mail of …)' })
    },
  )
})
