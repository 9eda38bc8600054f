import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AuditReader } from '../../../lib/audit/audit-reader.ts'
import { consentKeyOf } from '../../../lib/oauth2/tokens/grant.ts'
import { checkAgainAt } from '../../../lib/schedule/account-status-store.ts'
import { raw, refusal, tokens } from '../../oauth2-server/scripted-answers.ts'
import { answerTo, depart } from '../../support/consent-steps.ts'
import {
  type ConsentWorld,
  clientSecret,
  failedTest,
  passedTest,
  publicUrl,
  startConsentWorld,
} from '../../support/consent-world.ts'

let world: ConsentWorld
beforeAll(async () => {
  world = await startConsentWorld()
})
beforeEach(() => world.reset())
afterAll(() => world.stop())

/** An id token as a provider issues it. Its signature is never verified. */
const idTokenOf = (claims: Record<string, unknown>) =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.sig`
const signedInAs = (person: string) => tokens({ id_token: idTokenOf({ email: person }) })

/** One person's whole round trip. @returns the final page */
const connect = async (fields?: Record<string, string>, visitor = world.visitor(), url?: string) =>
  await visitor.arrive(answerTo(await depart(visitor, url ?? (await world.link())), fields))

const grant = () => world.grants.read(consentKeyOf(world.accountId))
const runs = async () =>
  (await world.tables.client.send(new ScanCommand({ TableName: world.tables.tableName('runs') }))).Items ?? []
const audited = async () => {
  const { entries } = await new AuditReader(world.tables.table('audit')).list({ limit: 100 })
  return entries.map(({ action, who, outcome, subject, changes }) => ({ action, who, outcome, subject, changes }))
}

describe('a successful consent', () => {
  it('a sign-in sends an OAuth 2.0 authorization request with PKCE', async () => {
    const departure = await depart(world.visitor(), await world.link())
    expect(departure.origin + departure.pathname).toBe(world.server.authorizationEndpoint)
    expect(Object.fromEntries(departure.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'client-1',
      redirect_uri: `${publicUrl}/oauth2/callback`,
      scope: 'imap offline_access',
      state: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      code_challenge: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      code_challenge_method: 'S256',
      login_hint: 'desk@example.com',
      prompt: 'consent',
    })
  })

  it('the OAuth2 callback exchanges the code with the verifier, the secret and the same redirect URI', async () => {
    await connect()
    expect(world.server.requests).toHaveLength(1)
    expect(world.server.requests[0]?.parameters).toMatchObject({
      grant_type: 'authorization_code',
      code: 'code-1',
      redirect_uri: `${publicUrl}/oauth2/callback`,
      code_verifier: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      client_id: 'client-1',
      client_secret: clientSecret,
    })
  })

  it('a consent logs in to the mailbox, stores the grant, requests a fetch, and ends on a page without a query', async () => {
    world.server.otherwise = signedInAs('Desk@Example.com')
    const visitor = world.visitor()
    const departure = await depart(visitor, await world.link())
    const redirect = await visitor.get(answerTo(departure))
    expect(redirect.status).toBe(303)
    expect(redirect.location).toMatch(/^https:\/\/postmaster\.example\.com\/oauth2\/done\/[A-Za-z0-9_-]{43}$/)
    const page = await visitor.get(redirect.location ?? '')
    expect(page.status).toBe(200)
    expect(page.text).toContain('desk@example.com is connected')
    expect(page.text).toContain('found 3 messages')
    expect(page.text).toContain('Signed in as Desk@Example.com')
    expect(page.text).toContain('Requested by admin@example.org (sign-in id sub-admin)')
    expect(page.text).not.toContain('You signed in as')

    expect(world.probed).toEqual([
      expect.objectContaining({
        host: 'imap.example.com',
        folder: 'INBOX',
        credential: { method: 'oauth2', username: 'desk@example.com', accessToken: 'access-1' },
      }),
    ])
    expect(await grant()).toMatchObject({
      state: 'connected',
      profileId: world.profile.profileId,
      grantEpoch: 1,
      protocol: 'imap',
      username: 'desk@example.com',
      host: 'imap.example.com',
      consentedBy: 'Desk@Example.com',
      consentedAt: world.clock.now.toISOString(),
      requestedBy: 'admin@example.org',
      requestedBySub: 'sub-admin',
    })
    expect(world.jobs).toMatchObject([{ kind: 'run', accountId: world.accountId }])
    expect(await runs()).toHaveLength(1)
    const subject = `/accounts/${world.accountId}`
    expect((await audited()).toSorted((a, b) => (a.action < b.action ? -1 : 1))).toEqual([
      { action: 'authorize', who: 'admin@example.org', outcome: 'made', subject, changes: [] },
      {
        action: 'connect',
        who: 'admin@example.org',
        outcome: 'made',
        subject,
        changes: [{ field: 'consentedBy', to: 'Desk@Example.com' }],
      },
      { action: 'fetch', who: 'admin@example.org', outcome: 'made', subject, changes: [] },
    ])
  })

  it('a consent for a shared mailbox opens the shared mailbox and records who consented', async () => {
    const account = await world.accounts.read(world.accountId)
    if (!account) throw new Error('no account')
    await world.accounts.replace({ ...account, mailbox: 'info@example.com', version: 2 }, 1)
    world.server.otherwise = signedInAs('jane@example.com')
    const page = await connect()
    expect(world.probed[0]?.credential.username).toBe('info@example.com')
    expect(page.text).toContain('info@example.com is connected')
    expect(page.text).toContain(
      'You signed in as jane@example.com, not as desk@example.com. The mail server let you open the mailbox',
    )
    expect(await grant()).toMatchObject({ consentedBy: 'jane@example.com', username: 'desk@example.com' })
  })

  it('a consent records no person if the provider does not name one', async () => {
    const page = await connect()
    expect(page.text).toContain('Signed in as not reported by Example Mail')
    expect(await grant()).not.toHaveProperty('consentedBy')
  })

  it('a consent for a disabled account does not fetch the account', async () => {
    const account = await world.accounts.read(world.accountId)
    if (!account) throw new Error('no account')
    await world.accounts.replace({ ...account, validity: 'invalid-temporarily', version: 2 }, 1)
    const page = await connect()
    expect(page.text).toContain('Its mail is fetched as soon as an admin enables the account')
    expect(world.jobs).toEqual([])
    expect(await grant()).toMatchObject({ state: 'connected' })
  })

  it('a consent makes the account due, so that the schedule fetches it if a run cannot be requested', async () => {
    const checkAgain = checkAgainAt(world.accountId, '2026-03-03T07:00:00.000Z')
    await world.statuses.ensure(world.accountId, checkAgain)
    world.queue.refuses = true
    const page = await connect()
    expect(page.text).toContain('tries to fetch the mail within the next few minutes')
    const due = []
    for await (const ids of world.statuses.due('2026-03-02T08:10:00.000Z')) due.push(...ids)
    expect(due).toEqual([world.accountId])
  })

  it('a consent replaces the account’s previous grant', async () => {
    await connect()
    const before = await grant()
    world.clock.now = new Date('2026-03-05T08:00:00.000Z')
    await connect()
    const after = await grant()
    expect(after?.sealed).not.toBe(before?.sealed)
    expect(after?.consentedAt).toBe('2026-03-05T08:00:00.000Z')
  })

  it('the outcome page links back to the admin’s returnTo address', async () => {
    const url = await world.link({ returnTo: 'https://desk.example.com/admin/mail?tab=x' })
    const page = await connect(undefined, world.visitor(), url)
    expect(page.html).toContain(
      '<a href="https://desk.example.com/admin/mail?tab=x" rel="noreferrer">Back to desk.example.com</a>',
    )
  })

  it('one browser can connect two mailboxes in two tabs at the same time', async () => {
    const visitor = world.visitor()
    const first = await depart(visitor, await world.link())
    const second = await depart(visitor, await world.link())
    expect((await visitor.arrive(answerTo(first))).text).toContain('is connected')
    expect((await visitor.arrive(answerTo(second))).text).toContain('is connected')
  })
})

describe('a failed consent', () => {
  const expectNothingChanged = async () => {
    expect(await grant()).toBeUndefined()
    expect(world.jobs).toEqual([])
    expect((await audited()).map(({ action }) => action)).toEqual(['authorize'])
  }

  it.each([
    ['access_denied', 'did not give consent', 'consent-declined'],
    ['temporarily_unavailable', 'temporarily unavailable', 'provider-unavailable'],
    ['something_else', 'The provider refused', 'provider-refused'],
  ])('the outcome page explains the error %s in the provider’s words and ours', async (error, detail, code) => {
    const page = await connect({
      error,
      error_description: 'Their own words.',
      error_uri: 'https://login.example.net/help',
    })
    expect(page.text).toContain('desk@example.com was not connected')
    expect(page.text).toContain(detail)
    expect(page.text).toContain(
      `Response from Example Mail: ${error} · Their own words. · https://login.example.net/help`,
    )
    expect(page.text).toContain(code)
    expect(page.text).toContain('If the mailbox was connected before, it still is')
    expect(page.html).not.toContain('href="https://login.example.net')
    expect(world.server.requests).toEqual([])
    await expectNothingChanged()
  })

  it('a failed consent can be repeated with the same link until it succeeds', async () => {
    const url = await world.link()
    const visitor = world.visitor()
    const failed = await connect({ error: 'access_denied' }, visitor, url)
    expect(failed.html).toContain(`<a class="button" href="${url}">Try again</a>`)
    const page = await connect(undefined, visitor, url)
    expect(page.text).toContain('is connected')
    expect((await visitor.get(url)).text).toContain('This link has already been used')
  })

  it('an abandoned consent can be repeated with the same link in another browser', async () => {
    const url = await world.link()
    await depart(world.visitor(), url)
    expect((await connect(undefined, world.visitor(), url)).text).toContain('is connected')
  })

  it('the outcome page does not offer another attempt once the link has expired', async () => {
    const url = await world.link()
    world.clock.now = new Date('2026-03-03T07:55:00.000Z')
    const visitor = world.visitor()
    const departure = await depart(visitor, url)
    world.clock.now = new Date('2026-03-03T08:01:00.000Z')
    const page = await visitor.arrive(answerTo(departure, { error: 'access_denied' }))
    expect(page.text).toContain('was not connected')
    expect(page.html).not.toContain('Try again</a>')
  })

  it.each([
    ['an unknown code', refusal('invalid_grant', 'The code is wrong.'), 'code-refused'],
    ['a code that is too old', refusal('invalid_grant', 'AADSTS70008: The code has expired.'), 'code-refused'],
    ['a wrong client secret', refusal('invalid_client', 'Bad secret.', 401), 'client-secret-rejected'],
    ['an error page', raw('<h1>Oops</h1>', 502, { 'content-type': 'text/html' }), 'provider-unreachable'],
    ['nonsense', raw('{"access_token":7}'), 'provider-misbehaved'],
  ])('the outcome page reports that the provider responded with %s', async (_, answer, code) => {
    world.server.otherwise = answer
    const page = await connect()
    expect(page.text).toContain(`Reason ${code}`)
    expect(page.text).not.toMatch(/next run|server-in-trouble/)
    expect(page.text).toContain('was not connected')
    expect(page.text).toContain('What to do')
    expect(world.probed).toEqual([])
    await expectNothingChanged()
  })

  it('the outcome page reports a missing client secret, and no request is sent', async () => {
    await world.profiles.replace({ ...world.profile, secretVersion: 'gone', version: 2 }, world.profile)
    expect((await connect()).text).toContain('client secret')
    expect(world.server.requests).toEqual([])
    await expectNothingChanged()
  })

  it('a consent without a refresh token is not stored', async () => {
    world.server.otherwise = tokens({ refresh_token: undefined })
    const page = await connect()
    expect(page.text).toContain('no refresh token')
    expect(page.text).toContain('offline access')
    expect(world.probed).toEqual([])
    await expectNothingChanged()
  })

  it('the outcome page reports that another person consented and that the mail server rejected them', async () => {
    world.server.otherwise = signedInAs('jane@example.com')
    world.mail.answer = async () => failedTest('login', 'token-refused')
    const page = await connect()
    expect(page.text).toContain(
      'You signed in as jane@example.com, and the mail server did not let jane@example.com open the mailbox desk@example.com',
    )
    expect(page.text).toContain('sign in as desk@example.com')
    expect(page.text).toContain('wrong-person')
    await expectNothingChanged()
  })

  it('the outcome page reports that the mail server rejected the right person', async () => {
    world.server.otherwise = signedInAs('desk@example.com')
    world.mail.answer = async () => failedTest('login', 'token-refused')
    const page = await connect()
    expect(page.text).toContain('The mail server rejects the access token without a reason. Words of token-refused.')
    await expectNothingChanged()
  })

  it('the outcome page reports a mailbox that does not open after a login (Exchange Online)', async () => {
    const step = { step: 'folder', state: 'failed', code: 'folder-missing', remedy: 'Check the folder.' } as const
    const detail = 'Server response: User is authenticated but not connected.'
    world.mail.answer = async () => ({ passed: false, steps: [{ ...step, detail }] })
    expect((await connect()).text).toContain('not-connected')
    await expectNothingChanged()
  })

  it('a failed consent leaves the previous grant unchanged', async () => {
    await connect()
    const before = await grant()
    world.mail.answer = async () => failedTest('login', 'token-refused')
    await connect()
    expect(await grant()).toEqual(before)
  })

  it('the consent’s state in the API shows failed attempts and the connection', async () => {
    const { body } = await world.call({
      method: 'POST',
      path: `/accounts/${world.accountId}/oauth2/authorize`,
      params: { accountId: world.accountId },
    })
    const params = { accountId: world.accountId, consentId: body.consentId }
    const path = `/accounts/${world.accountId}/oauth2/consents/${body.consentId}`
    const read = async () => (await world.call({ method: 'GET', path, params })).body
    expect(await read()).toMatchObject({ state: 'waiting', attempts: 0 })
    await connect({ error: 'access_denied' }, world.visitor(), body.url)
    expect(await read()).toMatchObject({ state: 'waiting', attempts: 1, lastFailure: { code: 'consent-declined' } })
    await connect(undefined, world.visitor(), body.url)
    const connected = await read()
    expect(connected).toMatchObject({ state: 'connected', attempts: 2, connectedAt: world.clock.now.toISOString() })
    expect(connected).not.toHaveProperty('lastFailure')
  })
})

describe('a consent that cannot be proven because the mail server gives no answer', () => {
  it.each([
    ['resolve', 'host-lookup-failed'],
    ['connect', 'connection-refused'],
    ['tls', 'certificate-not-trusted'],
    ['login', 'server-unavailable'],
    ['login', 'oauth2-unsupported'],
    ['folder', 'folder-missing'],
  ] as const)('a consent is kept if the mail server fails at %s (%s)', async (step, code) => {
    world.server.otherwise = signedInAs('desk@example.com')
    world.mail.answer = async () => failedTest(step, code)
    const page = await connect()
    expect(page.text).toContain('is connected')
    expect(page.text).toContain(`Words of ${code}.`)
    expect(page.text).toContain('Your sign-in is kept')
    expect(await grant()).toMatchObject({ state: 'connected' })
  })

  it('an unexpected person’s consent is not kept if the mail server cannot be asked', async () => {
    await connect()
    const before = await grant()
    world.server.otherwise = signedInAs('jane@example.com')
    world.mail.answer = async () => failedTest('connect', 'connection-refused')
    const page = await connect()
    expect(page.text).toContain('You signed in as jane@example.com instead of desk@example.com')
    expect(await grant()).toEqual(before)
  })

  it('an unknown person’s consent does not replace a valid one if the mail server cannot be asked', async () => {
    await connect()
    const before = await grant()
    world.mail.answer = async () => failedTest('connect', 'connection-refused')
    const page = await connect()
    expect(page.text).toContain('was not connected')
    expect(page.text).toContain('Nothing was changed')
    expect(await grant()).toEqual(before)
  })

  it('an unknown person’s consent is kept if there is no valid one to replace', async () => {
    world.mail.answer = async () => failedTest('connect', 'connection-refused')
    expect((await connect()).text).toContain('is connected, but could not be opened yet')
    const first = await grant()
    if (!first) throw new Error('no grant')
    const over = { code: 'grant-revoked', detail: 'Over.', remedy: 'Again.', cure: 'consent' } as const
    await world.grants.markReauthorizationNeeded(first, over, '2026-03-02T08:00:00.000Z', { forget: true })
    expect((await connect()).text).toContain('is connected, but could not be opened yet')
    expect(await grant()).toMatchObject({ state: 'connected' })
  })
})

describe('an account that changes during the sign-in', () => {
  const change = async (fields: object) => {
    const account = await world.accounts.read(world.accountId)
    if (!account) throw new Error('no account')
    await world.accounts.replace({ ...account, ...fields, version: account.version + 1 }, account.version)
  }

  it.each([
    ['another person', { username: 'other@example.com' }],
    ['another mailbox', { mailbox: 'info@example.com' }],
    ['another host', { host: 'other.example.com' }],
    ['another protocol', { type: 'POP3S', folder: undefined }],
    ['a password', { credential: { method: 'password', secretVersion: 'v' } }],
    ['another profile', { credential: { method: 'oauth2', profileId: 'other' } }],
  ])('an account that changes to %s before the provider responds is not connected', async (_, fields) => {
    const visitor = world.visitor()
    const departure = await depart(visitor, await world.link())
    await change(fields)
    const page = await visitor.arrive(answerTo(departure))
    expect(page.text).toContain('an admin has changed the mailbox or the person who should sign in')
    expect(world.server.requests).toEqual([])
    expect(await grant()).toBeUndefined()
  })

  it('an account is not connected, and no request is sent, if its provider changes to one whose tokens its host may not receive', async () => {
    const visitor = world.visitor()
    const departure = await depart(visitor, await world.link())
    await world.providers.replace({ ...world.provider, kind: 'google', version: 2 }, 1)
    const page = await visitor.arrive(answerTo(departure))
    expect(page.text).toContain('imap.example.com is not allowed to receive tokens from the provider “Example Mail”')
    expect(page.text).toContain('Set the account’s host to imap.gmail.com or imap.googlemail.com.')
    expect(world.server.requests).toEqual([])
    expect(world.probed).toEqual([])
    expect(await grant()).toBeUndefined()
    expect(world.log.lines.join()).not.toContain('defect')
  })

  it('an account that changes while the mail server is asked is not connected', async () => {
    world.mail.answer = async () => {
      await change({ username: 'other@example.com' })
      return passedTest()
    }
    expect((await connect()).text).toContain('an admin has changed the mailbox')
    expect(await grant()).toBeUndefined()
  })

  it('an account that is deleted during the sign-in is not connected', async () => {
    const visitor = world.visitor()
    const departure = await depart(visitor, await world.link())
    await world.accounts.remove(world.accountId, 1)
    expect((await visitor.arrive(answerTo(departure))).text).toContain('An admin deleted it in Postmaster')
    expect(await grant()).toBeUndefined()
  })

  it('an account whose user name is corrected in case keeps its pending link and its consent', async () => {
    const url = await world.link()
    await connect()
    const visitor = world.visitor()
    const departure = await depart(visitor, url)
    await change({ username: 'Desk@Example.com' })
    const before = await grant()
    world.mail.answer = async () => failedTest('connect', 'connection-refused')
    // A guess does not replace the consent, which is still valid for the corrected name.
    expect((await visitor.arrive(answerTo(departure))).text).toContain('The mailbox’s existing connection was kept')
    expect(await grant()).toEqual(before)
    world.mail.answer = async () => passedTest()
    expect((await connect(undefined, world.visitor(), url)).text).toContain('Desk@Example.com is connected')
    expect(await grant()).toMatchObject({ state: 'connected', version: (before?.version ?? 0) + 1 })
  })

  it('an account whose comment, folder or validity changes during the sign-in is connected', async () => {
    const visitor = world.visitor()
    const departure = await depart(visitor, await world.link())
    await change({ comment: 'Another one', folder: 'Other', validity: 'valid' })
    expect((await visitor.arrive(answerTo(departure))).text).toContain('is connected')
  })
})

describe('a repeated OAuth2 callback request', () => {
  it('a second callback request waits on a page until the first one has ended', async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>()
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
    world.mail.answer = async () => {
      reach()
      await held
      return passedTest()
    }
    const visitor = world.visitor()
    const url = answerTo(await depart(visitor, await world.link()))
    const first = visitor.get(url)
    await reached
    const second = await visitor.get(url)
    const waiting = await visitor.get(second.location ?? '')
    expect(waiting.text).toContain('already being completed')
    expect(waiting.headers.refresh).toBe('2')
    release()
    expect((await first).location).toBe(second.location)
    expect((await visitor.get(second.location ?? '')).text).toContain('is connected')
    expect(world.server.requests).toHaveLength(1)
    expect(world.probed).toHaveLength(1)
  })

  it('a repeated callback request shows the same outcome for ten minutes', async () => {
    const visitor = world.visitor()
    const url = answerTo(await depart(visitor, await world.link()))
    const first = await visitor.arrive(url)
    world.clock.now = new Date(world.clock.now.getTime() + 9 * 60_000)
    expect((await visitor.arrive(url)).text).toBe(first.text)
    world.clock.now = new Date(world.clock.now.getTime() + 61_000)
    expect((await visitor.arrive(url)).text).toContain('has expired or is unknown')
    expect(world.server.requests).toHaveLength(1)
  })

  it('a repeated callback request reports an interruption if the first one never ended', async () => {
    const visitor = world.visitor()
    const url = answerTo(await depart(visitor, await world.link()))
    world.mail.answer = () => new Promise(() => undefined)
    void visitor.get(url)
    while (world.probed.length === 0) await new Promise((resolve) => setImmediate(resolve))
    expect((await visitor.arrive(url)).text).toContain('already being completed')
    world.clock.now = new Date(world.clock.now.getTime() + 41_000)
    const page = await visitor.arrive(url)
    expect(page.text).toContain('An error in Postmaster interrupted the sign-in')
    expect(page.text).not.toContain('Nothing was changed')
  })
})

it('the OAuth2 callback shows a confirmation to an administrator whom Microsoft redirects after approving the app', async () => {
  const page = await world.visitor().arrive(`${publicUrl}/oauth2/callback?admin_consent=True&tenant=x`)
  expect(page.status).toBe(200)
  expect(page.text).toContain('The app was approved')
  const refused = `${publicUrl}/oauth2/callback?admin_consent=True&error=access_denied`
  expect((await world.visitor().arrive(refused)).text).toContain('There is no sign-in to complete')
})

it('a consent that could not be stored is reported to the person and the admin, and the same link connects later', async () => {
  world.keys.failure = 'disabled'
  const { body } = await world.call({
    method: 'POST',
    path: `/accounts/${world.accountId}/oauth2/authorize`,
    params: { accountId: world.accountId },
  })
  const page = await connect(undefined, world.visitor(), body.url)
  expect(page.text).toContain('The KMS key that encrypts the tokens is disabled')
  expect(page.html).toContain('Try again</a>')
  expect(await grant()).toBeUndefined()
  const told = await world.call({
    method: 'GET',
    path: `/accounts/${world.accountId}/oauth2/consents/${body.consentId}`,
    params: { accountId: world.accountId, consentId: body.consentId },
  })
  expect(told.body).toMatchObject({ state: 'waiting', lastFailure: { code: 'encryption-key-disabled' } })
  world.keys.failure = undefined
  expect((await connect(undefined, world.visitor(), body.url)).text).toContain('is connected')
})

it('the outcome page reports an unexpected error, and the link can be used again', async () => {
  world.mail.answer = async () => {
    throw new Error('planted defect')
  }
  const page = await connect()
  expect(page.text).toContain('An error in Postmaster interrupted the sign-in')
  expect(page.html).not.toContain('planted defect')
  expect(page.html).toContain('Try again</a>')
  expect(world.log.lines.join()).toContain('planted defect')
  expect(await grant()).toBeUndefined()
})
