import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Dovecot, startDovecot } from '../mail-server/dovecot/dovecot.ts'
import { Chromium } from '../oauth2-server/browser/chromium.ts'
import { type OAuth2Server, startOAuth2Server } from '../oauth2-server/server.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { OAuth2Stack } from '../support/oauth2-stack.ts'

const desk = { email: 'desk@example.com', password: 'desk’s own password' }
const other = { email: 'other@example.com', password: 'other’s own password' }

let server: OAuth2Server
let dovecot: Dovecot
let world: OAuth2Stack
let chromium: Chromium
beforeAll(async () => {
  await assembly()
  server = await startOAuth2Server({ users: [desk, other] })
  dovecot = await startDovecot({
    users: [desk, other].map(({ email }) => ({ name: email, password: 'not used' })),
    oauth2: server,
  })
  world = await OAuth2Stack.start({ server, mail: dovecot })
  chromium = await Chromium.start()
}, assemblyLimitMs)
afterAll(async () => {
  await chromium?.[Symbol.asyncDispose]()
  await world?.[Symbol.asyncDispose]()
  await dovecot?.stop()
  await server?.stop()
})

describe('OAuth2 consent in a real browser', () => {
  it('a person without access to the mailbox is told so, one with access connects it with the same link, and its mail is fetched', async () => {
    await dovecot.deliver(desk.email, [Buffer.from('Subject: letter\r\n\r\nText\r\n')])
    const { accountId } = await world.createAccount('IMAPS', desk.email)
    const { url } = await world.link(accountId)

    const refused = await chromium.consent(url, other)
    expect(refused.title).toBe('Not connected · Postmaster')
    expect(refused.text).toContain('You signed in as other@example.com, and the mail server did not let')
    expect((await world.api.account(accountId)).oauth2?.state).toBe('consent-missing')

    const connected = await chromium.consent(url, desk)
    expect(connected.title).toBe('desk@example.com is connected · Postmaster')
    expect(connected.text).toContain('found one message')
    // The code and the state do not stay in the address bar or the history.
    expect(new URL(connected.url)).toMatchObject({ search: '', hash: '', hostname: 'localhost' })
    await world.stack.settled()
    const [run] = await world.api.runsOf(accountId)
    expect(run).toMatchObject({ state: 'done', counts: { found: 1, stored: 1, deleted: 1 } })
    expect(await dovecot.count(desk.email)).toBe(0)
  })
})
