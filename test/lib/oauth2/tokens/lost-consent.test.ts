import { SNSClient } from '@aws-sdk/client-sns'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Notice, Notices } from '../../../../lib/notifications/notices.ts'
import { SnsTopic } from '../../../../lib/notifications/sns-topic.ts'
import { oauth2Finding } from '../../../../lib/oauth2/findings/oauth2-findings.ts'
import { consentKeyOf } from '../../../../lib/oauth2/tokens/grant.ts'
import { GrantStore } from '../../../../lib/oauth2/tokens/grant-store.ts'
import { announceLostConsent } from '../../../../lib/oauth2/tokens/lost-consent.ts'
import { account } from '../../../support/account-rows.ts'
import { startTables, type TestTables } from '../../../support/dynamo.ts'
import { putConsent } from '../../../support/oauth2-accounts.ts'
import { profile } from '../../../support/oauth2-setup.ts'

let tables: TestTables
let grants: GrantStore
let messaging: FauxqsServer
let sns: SNSClient
let notices: Notices
beforeAll(async () => {
  tables = await startTables()
  grants = new GrantStore(tables.table('oauthGrants'))
  messaging = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false })
  messaging.createQueue('admins')
  messaging.createTopic('notices')
  messaging.subscribe({ topic: 'notices', queue: 'admins' })
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  sns = new SNSClient({ region: 'us-east-1', credentials, endpoint: `http://127.0.0.1:${messaging.port}` })
  notices = new Notices(new SnsTopic(sns, 'arn:aws:sns:us-east-1:000000000000:notices'), 'https://desk.example.org')
})
afterAll(async () => {
  sns.destroy()
  await messaging.stop()
  await tables.stop()
})
beforeEach(() => messaging.reset())

const desk = account({ username: 'jane@example.com', mailbox: 'desk@example.com', host: 'mail.example.com' })
const why = oauth2Finding('grant-revoked')
const now = () => new Date('2026-06-01T12:00:00.000Z')

interface Delivered {
  readonly Subject: string
  readonly Message: string
  readonly MessageAttributes: Record<string, { Value: string }>
}
const delivered = (): Delivered[] =>
  (messaging.inspectQueue('admins')?.messages.ready ?? []).map(({ body }): Delivered => JSON.parse(body))

/** Stores a consent that the provider then revoked. */
const lost = async () => {
  await putConsent(tables, desk, profile())
  const grant = await grants.read(consentKeyOf(desk.accountId))
  if (!grant) throw new Error('no grant')
  await grants.markReauthorizationNeeded(grant, why, '2026-06-01T11:59:00.000Z', { forget: true })
}

describe('announceLostConsent', () => {
  it('announceLostConsent sends one notice with the cause and the remedy', async () => {
    await lost()
    await announceLostConsent({ grants, notices, now }, desk, why)
    await announceLostConsent({ grants, notices, now }, desk, why)
    const [notice, ...others] = delivered()
    expect(others).toEqual([])
    expect(notice?.Subject).toBe('Postmaster: desk@example.com needs a new consent')
    expect(notice?.Message.split('\n')).toEqual([
      'Mail for desk@example.com at mail.example.com is no longer being fetched. Its OAuth2 consent has not been valid since 2026-06-01 11:59 UTC.',
      '',
      `Cause: ${why.detail}`,
      `What to do: ${why.remedy}`,
      '',
      `Account: ${desk.accountId}. Fetching resumes automatically as soon as someone consents again. Until then, the mail stays on the server.`,
      '',
      `On the page: https://desk.example.org/admin/accounts/${desk.accountId}`,
    ])
    expect(notice?.MessageAttributes).toMatchObject({
      kind: { Value: 're-authorization-needed' },
      account: { Value: desk.accountId },
    })
  })

  it('announceLostConsent sends another notice if a new consent is lost', async () => {
    await lost()
    await announceLostConsent({ grants, notices, now }, desk, why)
    await lost()
    await announceLostConsent({ grants, notices, now }, desk, why)
    expect(delivered()).toHaveLength(2)
  })

  it('announceLostConsent sends the notice again if it failed or was not recorded', async () => {
    await lost()
    const down = { publish: () => Promise.reject(new Error('topic down')) }
    await expect(announceLostConsent({ grants, notices: down, now }, desk, why)).rejects.toThrow('topic down')
    const dying = { read: (key: string) => grants.read(key), markAnnounced: () => Promise.reject(new Error('died')) }
    await expect(announceLostConsent({ grants: dying, notices, now }, desk, why)).rejects.toThrow('died')
    await announceLostConsent({ grants, notices, now }, desk, why)
    await announceLostConsent({ grants, notices, now }, desk, why)
    expect(delivered()).toHaveLength(2)
  })

  it('announceLostConsent sends no notice after a new consent', async () => {
    await putConsent(tables, desk, profile())
    await announceLostConsent({ grants, notices, now }, desk, why)
    await announceLostConsent({ grants, notices, now }, desk, oauth2Finding('consent-missing'))
    expect(delivered()).toEqual([])
    expect(await grants.read(consentKeyOf(desk.accountId))).not.toHaveProperty('announcedAt')
  })

  it('announceLostConsent announces an outdated consent, but not an account without a consent', async () => {
    await putConsent(tables, desk, profile())
    const outdated = oauth2Finding('consent-outdated')
    await announceLostConsent({ grants, notices, now }, desk, outdated)
    await announceLostConsent({ grants, notices, now }, desk, outdated)
    await announceLostConsent({ grants, notices, now }, account(), oauth2Finding('consent-missing'))
    expect(delivered().map(({ Message }) => Message)).toEqual([expect.stringContaining(outdated.detail)])
    expect(await grants.read(consentKeyOf(desk.accountId))).toMatchObject({ state: 'connected' })
  })
})

describe('Notices', () => {
  it('Notices converts any subject into one that SNS accepts', async () => {
    const notice: Notice = {
      kind: 're-authorization-needed',
      about: { account: 'a1' },
      subject: `Postmaster: börse\r\nBcc: x@${'long'.repeat(40)}`,
      text: 'Börse',
      page: '/',
    }
    await notices.publish(notice)
    const [only] = delivered()
    expect(only?.Subject).toMatch(/^Postmaster: b\?rse Bcc: x@(long)+/)
    expect(only?.Subject.length).toBe(99)
    expect(only?.Message).toBe('Börse\n\nOn the page: https://desk.example.org/admin/')
  })
})
