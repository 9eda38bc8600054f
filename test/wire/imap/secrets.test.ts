import { describe, expect, it } from 'vitest'
import { openImapMailbox } from '../../../lib/mailbox/imap/imap-mailbox.ts'
import { MailboxError } from '../../../lib/mailbox/mailbox-error.ts'
import { listAll } from '../../contracts/mailbox-steps.ts'
import type { Fault } from '../../mail-server/faults.ts'
import type { Quirks } from '../../mail-server/options.ts'
import { expectNoSecret, spellingsOf } from '../../support/secret-spellings.ts'
import { policyFor, serverWith, settingsFor, user } from './imap-wire.ts'

/** Answers one command with the given reply. */
const answering = (step: string, reply: string): Fault =>
  step === 'greeting'
    ? { atGreeting: () => ({ reply }) }
    : { onCommand: (_, { name }) => (name === step ? { reply } : undefined) }

/** @returns all results and errors of a session with a server that answers `step` with `reply` */
const session = async (step: string, reply: string, quirks: Partial<Quirks> = {}) => {
  const server = await serverWith({ quirks }, answering(step, reply))
  server.user(user.name).inbox.append(Buffer.from('Subject: a\r\n\r\nb\r\n'))
  const settings = settingsFor(server)
  const seen: unknown[] = []
  try {
    const mailbox = await openImapMailbox(
      settings,
      policyFor(settings.port, { connectTimeout: 300, silenceTimeout: 300 }),
      new AbortController().signal,
    )
    try {
      const listed = await listAll(mailbox)
      seen.push(listed)
      for await (const retrieved of mailbox.retrieve(listed)) seen.push(retrieved)
      seen.push(await mailbox.move(listed, 'Done'))
      seen.push(await mailbox.remove(listed))
    } finally {
      seen.push(await mailbox.close())
    }
  } catch (error) {
    seen.push(error)
  } finally {
    await server.stop()
  }
  return { seen, asked: server.commandNames() }
}

const spellings = spellingsOf(user.name, user.password)
const without: Partial<Quirks> = { without: ['MOVE'] }

describe('an IMAP server that repeats the password', () => {
  it.each<[string, Partial<Quirks>]>([
    ['greeting', {}],
    ['LOGIN', {}],
    ['AUTHENTICATE', { extraCapabilities: ['LOGINDISABLED'] }],
    ['SELECT', {}],
    ['UID FETCH', {}],
    ['FETCH', {}],
    ['UID SEARCH', { without: ['UIDPLUS', 'MOVE'] }],
    ['UID MOVE', {}],
    ['UID COPY', without],
    ['CREATE', {}],
    ['UID STORE', without],
    ['UID EXPUNGE', without],
    ['LOGOUT', {}],
  ])('an IMAP mailbox hides a password that the server repeats at %s', async (step, quirks) => {
    let reached = 0
    for (const [, spelling] of spellings) {
      const detail = `cannot read ${spelling}`
      const replies = [
        `{tag} NO ${detail}`,
        `{tag} BAD ${detail}`,
        `{tag} NO [UNAVAILABLE] ${detail}`,
        `* BYE ${detail}`,
        `* NO ${detail}\r\n{tag} BAD`,
        spelling,
      ]
      for (const reply of step === 'greeting' ? [`* BYE ${detail}`, `* NO ${detail}`, detail] : replies) {
        const { seen, asked } = await session(step, reply, quirks)
        expectNoSecret(seen, user.name, user.password)
        if (asked.includes(step)) reached += 1
      }
    }
    if (step !== 'greeting') expect(reached).toBeGreaterThan(0)
  })

  it('an IMAP mailbox shows the rest of a response that repeats the password', async () => {
    const { seen } = await session('LOGIN', `{tag} NO cannot use ${user.password} today`)
    expect(seen.at(-1)).toBeInstanceOf(MailboxError)
    expect(seen.at(-1)).toMatchObject({ code: 'credentials-rejected', serverWords: 'cannot use … today' })
  })
})
