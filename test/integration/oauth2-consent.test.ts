import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accountTypeFacts, accountTypes } from '../../lib/mailbox/account-type.ts'
import { type Dovecot, startDovecot } from '../mail-server/dovecot/dovecot.ts'
import { HttpBrowser } from '../oauth2-server/browser/http-browser.ts'
import { type OAuth2Server, startOAuth2Server } from '../oauth2-server/server.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { OAuth2Stack, readable } from '../support/oauth2-stack.ts'

const encrypted = accountTypes.filter((type) => accountTypeFacts[type].security !== 'clear')
const password = 'at the provider'
const personOf = (name: string) => ({ email: `${name.toLowerCase()}@example.com`, password })
const support = 'support@example.com'
/** These users may also open the shared mailbox. */
const members = ['jane', 'joe'].map((name) => ({ ...personOf(name), sharedMailbox: support }))
const [jane, joe] = [personOf('jane'), personOf('joe')]
const stranger = personOf('stranger')
const application = personOf('application')
const users = [...members, stranger, application, ...[...encrypted, 'nervous'].map(personOf)]
const letters = (count: number) =>
  Array.from({ length: count }, (_, index) => Buffer.from(`Subject: letter ${index}\r\n\r\nText\r\n`))

let server: OAuth2Server
let dovecot: Dovecot
let world: OAuth2Stack
beforeAll(async () => {
  await assembly()
  server = await startOAuth2Server({ users, applicationMailbox: application.email })
  const mailboxes = [...users.map(({ email }) => email), support]
  dovecot = await startDovecot({ users: mailboxes.map((name) => ({ name, password: 'not used' })), oauth2: server })
  world = await OAuth2Stack.start({ server, mail: dovecot })
}, assemblyLimitMs)
afterAll(async () => {
  await world?.[Symbol.asyncDispose]()
  await dovecot?.stop()
  await server?.stop()
})

const fetched = (count: number) => ({ state: 'done', counts: { found: count, stored: count, deleted: count, left: 0 } })

describe('an OAuth2 account on a real Dovecot', () => {
  it.each(encrypted)(
    'an OAuth2 account over %s is connected in a browser, and its mail is fetched and deleted',
    async (type) => {
      const person = personOf(type)
      await dovecot.deliver(person.email, letters(3))
      const { accountId, oauth2 } = await world.createAccount(type, person.email)
      expect(oauth2?.state).toBe('consent-missing')
      const { page, run } = await world.connect(accountId, person)
      expect(readable(page)).toContain(`✓ ${person.email} is connected`)
      expect(readable(page)).toContain('found 3 messages')
      expect(run).toMatchObject(fetched(3))
      expect(await dovecot.count(person.email)).toBe(0)
      const { oauth2: after, health } = await world.api.account(accountId)
      expect(after).toMatchObject({ state: 'connected', consentedBy: person.email, requestedBy: 'local-admin' })
      expect(health.state).toBe('ok')
    },
  )

  it('an OAuth2 account that is not connected is tried once and then skipped until it is connected', async () => {
    const person = personOf('nervous')
    const { accountId } = await world.createAccount('IMAPS', person.email)
    for (let tick = 0; tick < 3; tick += 1) await world.stack.tick()
    const [run, ...more] = await world.api.runsOf(accountId)
    expect(run).toMatchObject({ state: 'failed', error: { code: 'consent-missing' } })
    expect(more).toEqual([])
    expect((await world.connect(accountId, person)).run).toMatchObject(fetched(0))
    await dovecot.deliver(person.email, letters(1))
    await world.stack.tick()
    expect((await world.api.runsOf(accountId))[0]).toMatchObject({ trigger: 'schedule', ...fetched(1) })
  })
})

describe('a consent in the browser', () => {
  it('a denied or abandoned consent changes nothing, and the same link connects the account later', async () => {
    const person = personOf('nervous')
    const account = (await world.api.accounts()).find(({ username }) => username === person.email)
    const accountId = account?.accountId ?? ''
    const { oauth2: before } = await world.api.account(accountId)

    const denied = await world.consent(accountId, person, { deny: true })
    expect(readable(denied)).toContain('was not connected')
    expect(readable(denied)).toContain(': access_denied · The user denied access')
    const { url, consentId } = await world.link(accountId)
    const browser = new HttpBrowser({ stopBefore: ({ origin }) => origin === server.issuer })
    expect((await browser.press(await browser.open(url))).status).toBe(0)
    expect((await world.api.account(accountId)).oauth2).toEqual(before)
    await dovecot.deliver(person.email, letters(1))
    expect(await world.fetch(accountId)).toMatchObject(fetched(1))

    const state = async () => (await world.api.good('GET', `/accounts/${accountId}/oauth2/consents/${consentId}`)).body
    expect(await state()).toMatchObject({ state: 'waiting', attempts: 1 })
    browser.stopBefore = undefined
    await browser.press(await browser.open(url), undefined).then(async (page) => {
      const consented = await browser.press(page, 'Sign in', person)
      expect(readable(await browser.press(consented, 'Allow'))).toContain('is connected')
    })
    expect(await state()).toMatchObject({ state: 'connected', attempts: 2 })
    expect((await browser.open(url)).status).toBe(410)
  })

  it('a member’s consent opens a shared mailbox, and another member’s consent replaces it', async () => {
    await dovecot.deliver(support, letters(2))
    await dovecot.deliver(jane.email, letters(1))
    const { accountId } = await world.createAccount('IMAPS', jane.email, { mailbox: support })
    const { page, run } = await world.connect(accountId, jane)
    expect(readable(page)).toContain(`${support} is connected`)
    expect(readable(page)).toContain(`Signed in as ${jane.email}`)
    expect(run).toMatchObject(fetched(2))
    expect(await dovecot.count(jane.email)).toBe(1)

    await dovecot.deliver(support, letters(1))
    const again = await world.connect(accountId, joe)
    expect(readable(again.page)).toContain(`You signed in as ${joe.email}, not as ${jane.email}.`)
    expect(again.run).toMatchObject(fetched(1))
    expect((await world.api.account(accountId)).oauth2).toMatchObject({ state: 'connected', consentedBy: joe.email })
  })

  it('a consent by the wrong person shows who signed in and what to do, and the previous consent stays valid', async () => {
    const account = (await world.api.accounts()).find(({ mailbox }) => mailbox === support)
    const accountId = account?.accountId ?? ''
    const page = readable(await world.consent(accountId, stranger))
    expect(page).toContain(`✗ ${support} was not connected`)
    expect(page).toContain(
      `You signed in as ${stranger.email}, and the mail server did not let ${stranger.email} open the mailbox ${support}.`,
    )
    expect(page).toContain(`Try again and sign in as ${jane.email}. Choose “another account” on the sign-in page`)
    expect(page).toContain('Nothing was changed. If the mailbox was connected before, it still is.')
    expect((await world.api.account(accountId)).oauth2).toEqual(account?.oauth2)
    await dovecot.deliver(support, letters(1))
    expect(await world.fetch(accountId)).toMatchObject(fetched(1))
  })

  it('a consent is not requested if the application itself has access', async () => {
    const { clientId, clientSecret } = server.clients.application
    const profileId = await world.createProfile({
      name: 'All desks',
      clientId,
      clientSecret,
      grant: 'client_credentials',
    })
    await dovecot.deliver(application.email, letters(2))
    const { accountId, oauth2 } = await world.createAccount('IMAPTLS', application.email, { profileId })
    expect(oauth2).toMatchObject({ state: 'connected', grant: 'client_credentials' })
    expect(await world.api.problem('POST', `/accounts/${accountId}/oauth2/authorize`)).toMatchObject({
      status: 409,
      code: 'consent-not-needed',
    })
    expect(await world.fetch(accountId)).toMatchObject(fetched(2))
    await dovecot.deliver(application.email, letters(1))
    expect(await world.fetch(accountId)).toMatchObject(fetched(1))
    expect(server.tokensIssued.filter(({ grantType }) => grantType === 'client_credentials')).toHaveLength(1)
  })
})
