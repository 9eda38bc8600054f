import { describe, expect, it } from 'vitest'
import type { Credential } from '../../../lib/mailbox/mailbox.ts'
import { pop3MailboxOpener } from '../../../lib/mailbox/pop3/pop3-mailbox.ts'
import { listAll } from '../../contracts/mailbox-steps.ts'
import { smallMessages } from '../../mail-server/corpus.ts'
import type { MailServer } from '../../mail-server/server.ts'
import { never, policy, serverWith, settingsFor } from './steps.ts'

const tokenCredential = (accessToken: string): Credential => ({ method: 'oauth2', username: 'ada', accessToken })

/** Sets up three messages, one session per delete, and the valid token `first`. */
const openWith = async (server: MailServer, renewCredential?: () => Promise<Credential>) => {
  server.user('ada').inbox.appendAll(smallMessages(3))
  server.user('ada').tokens.add('first')
  const settings = { ...settingsFor(server, 'POP3S'), credential: tokenCredential('first'), renewCredential }
  return await pop3MailboxOpener({ pendingPerSession: 1 })(settings, policy, never)
}

const replaceToken = (server: MailServer, token: string): void => {
  const { tokens } = server.user('ada')
  tokens.clear()
  tokens.add(token)
}

describe('a POP3 mailbox that outlives its token', () => {
  it('a POP3 mailbox requests a new token only when it opens its next session', async () => {
    await using server = await serverWith({ quirks: { tokenMechanisms: ['XOAUTH2'] } })
    let asked = 0
    const mailbox = await openWith(server, async () => {
      asked += 1
      return tokenCredential(`renewed-${asked}`)
    })
    const messages = await listAll(mailbox)
    for (const [index, message] of messages.entries()) {
      expect(asked).toBe(index)
      await mailbox.remove([message])
      replaceToken(server, `renewed-${index + 1}`)
      expect((await mailbox.commit()).confirmed).toEqual([message.uid])
      await listAll(mailbox)
    }
    expect(asked).toBe(3)
    await mailbox.close()
    expect(server.user('ada').inbox.messages).toEqual([])
  })

  it('a POP3 mailbox ends with the reason if no new token is available', async () => {
    await using server = await serverWith({ quirks: { tokenMechanisms: ['XOAUTH2'] } })
    const over = new Error('the consent is over')
    const mailbox = await openWith(server, () => Promise.reject(over))
    const [message] = await listAll(mailbox)
    if (!message) throw new Error('no message')
    await mailbox.remove([message])
    expect((await mailbox.commit()).confirmed).toEqual([message.uid])
    await expect(listAll(mailbox)).rejects.toBe(over)
    expect(await mailbox.close()).toEqual({ confirmed: [], pending: [], left: [] })
    expect(server.sessionCount).toBe(1)
  })

  it('a POP3 mailbox keeps its token if it has no way to renew it', async () => {
    await using server = await serverWith({ quirks: { tokenMechanisms: ['XOAUTH2'] } })
    const mailbox = await openWith(server)
    const [message] = await listAll(mailbox)
    await mailbox.remove(message ? [message] : [])
    await mailbox.commit()
    expect(await listAll(mailbox)).toHaveLength(2)
    await mailbox.close()
  })
})
