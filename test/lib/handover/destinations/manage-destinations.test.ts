import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AccountStore } from '../../../../lib/accounts/store/account-store.ts'
import { AuditReader } from '../../../../lib/audit/audit-reader.ts'
import type { ExpectedVersion } from '../../../../lib/changes/versioned-change.ts'
import { mostDestinations } from '../../../../lib/handover/destinations/destination-store.ts'
import {
  changeDestination,
  createDestination,
  deleteDestination,
  listDestinations,
  readDestination,
  replaceDestination,
} from '../../../../lib/handover/destinations/manage-destinations.ts'
import { createToken } from '../../../../lib/handover/destinations/manage-tokens.ts'
import {
  authSecretId,
  SecretsManagerDestinationSecrets,
} from '../../../../lib/handover/destinations/secrets/destination-secrets.ts'
import { deliveryRowOf } from '../../../../lib/handover/ledger/delivery-rows.ts'
import { ProblemError } from '../../../../lib/reasons/problem.ts'
import { account } from '../../../support/account-rows.ts'
import { actor } from '../../../support/actor.ts'
import { startTables, type TestTables } from '../../../support/dynamo.ts'
import { destinationServicesOver, signingSecretOf, webhookInput } from '../../../support/handover/destination-world.ts'
import { memorySecrets } from '../../../support/secrets.ts'

let tables: TestTables
let clock: { now: Date }
let secrets: ReturnType<typeof memorySecrets>
let services: ReturnType<typeof destinationServicesOver>
beforeAll(async () => {
  tables = await startTables()
})
afterAll(() => tables.stop())
beforeEach(async () => {
  await tables.clear()
  clock = { now: new Date('2026-03-01T10:00:00.000Z') }
  secrets = memorySecrets()
  services = destinationServicesOver(tables, clock, secrets)
})

const create = async (input: object) => (await createDestination(services, input, actor('anna'))).view
const change = (destinationId: string, expected: ExpectedVersion = 'any') => ({
  destinationId,
  expected,
  by: actor('bert'),
})
const patch = async (destinationId: string, fields: Record<string, unknown>) =>
  (await changeDestination(services, change(destinationId), fields)).view
const row = async (destinationId: string) => {
  const found = await services.destinations.read(destinationId)
  if (!found) throw new Error('The destination does not exist')
  return found
}
const problemOf = async (work: Promise<unknown>): Promise<ProblemError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ProblemError)) throw new Error('The request was not refused', { cause: error })
  return error
}
const wrongFields = async (work: Promise<unknown>): Promise<Record<string, string>> =>
  Object.fromEntries((await problemOf(work)).fields.map(({ path, message }) => [path, message]))

const sentKeys = async (destinationId: string) => {
  const read = new SecretsManagerDestinationSecrets(secrets)
  return (await read.signingKeys(await row(destinationId), clock.now)).map((key) => key[0])
}
const authOf = async (destinationId: string) =>
  await new SecretsManagerDestinationSecrets(secrets).auth(await row(destinationId))

describe('a destination', () => {
  test('a new pull destination needs only a name and has documented defaults', async () => {
    const view = await create({ name: 'OTOBO', kind: 'pull' })
    expect(view).toMatchObject({
      validity: 'valid',
      selection: { queueIds: 'all', trustedOnly: false, loops: true },
      queueMap: { names: {} },
      limits: { concurrency: 1, timeoutSeconds: 30, largestSize: 52_428_800 },
      doubt: 'repeat',
      comment: '',
      createdBy: 'anna',
      status: { state: 'ok', warnings: [{ code: 'no-token' }] },
    })
  })

  test('the view and the row of a webhook contain no secret', async () => {
    const auth = { kind: 'basic', user: 'postmaster', value: 'hunter2 hunter2' }
    const view = await create(webhookInput({}, { auth }))
    expect(view).toMatchObject({
      webhook: { url: 'https://tickets.example.com/hooks', mode: 'thin', auth: { kind: 'basic', user: 'postmaster' } },
    })
    const shown = JSON.stringify([view, await row(view.destinationId)])
    expect(shown).not.toContain('hunter2')
    expect(shown).not.toContain('whsec_')
    expect(await sentKeys(view.destinationId)).toEqual([1])
    expect(await authOf(view.destinationId)).toBe('hunter2 hunter2')
  })

  test('a name can be used once, and a refused creation leaves no secret', async () => {
    await create(webhookInput())
    const error = await problemOf(create(webhookInput({ name: ' TICKETS' })))
    expect(error).toMatchObject({
      code: 'name-taken',
      message: 'A destination named TICKETS already exists.',
    })
    expect((await listDestinations(services, { limit: 10 })).items).toHaveLength(1)
  })

  test(`the number of destinations is limited to ${mostDestinations}`, async () => {
    const first = await row((await create({ name: 'first', kind: 'pull' })).destinationId)
    for (let i = 1; i < mostDestinations; i += 1)
      await services.destinations.create({ ...first, destinationId: `d${i}`, name: `d${i}` })
    expect(await problemOf(create({ name: 'one more', kind: 'pull' }))).toMatchObject({ code: 'too-many-destinations' })
  })

  test('destinations are listed by name, page by page', async () => {
    for (const name of ['b', 'C', 'a']) await create({ name, kind: 'pull' })
    const first = await listDestinations(services, { limit: 2 })
    const second = await listDestinations(services, { limit: 2, after: first.next })
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(['a', 'b', 'C'])
    expect((await services.destinations.all()).map(({ name }) => name)).toEqual(['a', 'b', 'C'])
  })

  test('a replacement resets omitted fields but keeps the signing secret', async () => {
    const { destinationId } = await create(webhookInput({ comment: 'old', doubt: 'ask' }))
    const { webhook, ...rest } = webhookInput({ name: 'New' })
    const input = { ...rest, webhook: { url: webhook.url } }
    const { view } = await replaceDestination(services, change(destinationId), input)
    expect(view).toMatchObject({ name: 'New', comment: '', doubt: 'repeat' })
    expect(await sentKeys(destinationId)).toEqual([1])
  })

  test('a patch merges nested fields, and null resets them', async () => {
    const { destinationId } = await create({ name: 'OTOBO', kind: 'pull', limits: { concurrency: 4 } })
    await services.queues.create({ ...queue, queueId: 'q1' })
    await patch(destinationId, { limits: { timeoutSeconds: 60 }, queueMap: { names: { q1: 'First level' } } })
    expect(await patch(destinationId, { queueMap: { default: 'Postmaster' } })).toMatchObject({
      limits: { concurrency: 4, timeoutSeconds: 60 },
      queueMap: { names: { q1: 'First level' }, default: 'Postmaster' },
    })
    expect(await patch(destinationId, { queueMap: { names: { q1: null } }, limits: null })).toMatchObject({
      limits: { concurrency: 1, timeoutSeconds: 30 },
      queueMap: { names: {}, default: 'Postmaster' },
    })
  })

  test('a change of another version is refused', async () => {
    const { destinationId } = await create({ name: 'OTOBO', kind: 'pull' })
    await patch(destinationId, { comment: 'changed' })
    const stale = changeDestination(services, change(destinationId, 1), { comment: 'stale' })
    expect(await problemOf(stale)).toMatchObject({ code: 'changed-meanwhile' })
  })

  test('a destination that does not exist is reported as such', async () => {
    expect(await problemOf(readDestination(services, 'gone'))).toMatchObject({ code: 'not-found' })
  })
})

const queue = {
  queueId: 'q',
  name: 'Support',
  validity: 'valid',
  comment: '',
  version: 1,
  createdAt: '2026-03-01T09:00:00.000Z',
  createdBy: 'anna',
  changedAt: '2026-03-01T09:00:00.000Z',
  changedBy: 'anna',
} as const

describe('the rules of destinations', () => {
  test.each<[string, object, Record<string, string>]>([
    [
      'without a webhook',
      { name: 'x', kind: 'webhook' },
      { '/webhook': 'is missing, but the kind `webhook` requires it' },
    ],
    [
      'of the kind pull with a webhook',
      webhookInput({ kind: 'pull' }),
      { '/webhook': 'must be omitted, because only the kind `webhook` has it' },
    ],
    [
      'without a signing secret',
      webhookInput({}, { signingSecret: undefined }),
      { '/webhook/signingSecret': 'is missing' },
    ],
    [
      'with a short signing secret',
      webhookInput({}, { signingSecret: signingSecretOf(23) }),
      { '/webhook/signingSecret': 'must be `whsec_` and the base64 of 24 to 64 random bytes' },
    ],
    [
      'with a signing secret that is not base64',
      webhookInput({}, { signingSecret: `${signingSecretOf(32)}!` }),
      { '/webhook/signingSecret': 'must be `whsec_` and the base64 of 24 to 64 random bytes' },
    ],
    [
      'with http',
      webhookInput({}, { url: 'http://tickets.example.com/' }),
      { '/webhook/url': 'must begin with `https://`' },
    ],
    [
      'with a header without its value',
      webhookInput({}, { auth: { kind: 'header', header: 'x-api-key' } }),
      { '/webhook/auth/value': 'is missing' },
    ],
    [
      'with a header of the signature',
      webhookInput({}, { auth: { kind: 'header', header: 'Webhook-Id', value: 'x' } }),
      { '/webhook/auth/header': 'must not be a header that HTTP or Postmaster itself uses' },
    ],
    [
      'with two lines in a header value',
      webhookInput({}, { auth: { kind: 'header', header: 'x-api-key', value: 'a\r\nhost: b' } }),
      { '/webhook/auth/value': 'must be printable ASCII on one line, without a space at the beginning or end' },
    ],
    [
      'with a colon in the user name',
      webhookInput({}, { auth: { kind: 'basic', user: 'a:b', value: 'x' } }),
      { '/webhook/auth/user': 'must not contain a colon' },
    ],
    [
      'with a broken certificate',
      webhookInput({}, { customCa: 'none' }),
      { '/webhook/customCa': 'must be one or more certificates in PEM form' },
    ],
    [
      'with a long time-out',
      webhookInput({ limits: { timeoutSeconds: 61 } }),
      { '/limits/timeoutSeconds': 'must be at most 60' },
    ],
    [
      'with limits out of range',
      { name: 'x', kind: 'pull', limits: { concurrency: 11, timeoutSeconds: 4, largestSize: 1023 } },
      {
        '/limits/concurrency': 'must be at most 10',
        '/limits/timeoutSeconds': 'must be at least 5',
        '/limits/largestSize': 'must be at least 1024',
      },
    ],
    [
      'with unknown queues and accounts',
      {
        name: 'x',
        kind: 'pull',
        selection: { queueIds: ['raw', 'gone'], accountIds: ['gone'] },
        queueMap: { names: { lost: 'First level' } },
      },
      {
        '/selection/queueIds/1': 'is not the id of a queue',
        '/selection/accountIds/0': 'is not the id of a mail account',
        '/queueMap/names/lost': 'is not the id of a queue',
      },
    ],
    [
      'with a queue name that looks like an option',
      { name: 'x', kind: 'pull', queueMap: { names: {}, default: '--exec=x' } },
      { '/queueMap/default': 'must not begin with `-`, because a command would take it for an option' },
    ],
    [
      'with a queue name of two lines',
      { name: 'x', kind: 'pull', queueMap: { names: { raw: 'a\nb' } } },
      { '/queueMap/names/raw': 'must be one line without control characters' },
    ],
    [
      'with a control header prefix without a dash',
      { name: 'x', kind: 'pull', controlHeaderPrefix: 'X-OTOBO' },
      {
        '/controlHeaderPrefix': 'must begin with a letter, end with `-` and consist of letters, digits and `-`',
      },
    ],
    ['with an unknown field', { name: 'x', kind: 'pull', queue: 'x' }, { '/queue': 'is not a known field' }],
  ])('a destination %s is refused, and every wrong field is named', async (_, input, expected) => {
    expect(await wrongFields(create(input))).toEqual(expected)
  })

  test('the kind of a destination cannot be changed', async () => {
    const { destinationId } = await create({ name: 'OTOBO', kind: 'pull' })
    expect(await wrongFields(patch(destinationId, webhookInput()))).toEqual({
      '/kind': 'cannot be changed from `pull`; create another destination instead',
    })
  })

  test('the id of a deleted account may stay in a destination when other fields change', async () => {
    await new AccountStore(tables.table('accounts')).create(account({ accountId: 'a1' }))
    const { destinationId } = await create({ name: 'OTOBO', kind: 'pull', selection: { accountIds: ['a1'] } })
    await tables.table('accounts').delete('a1')
    expect(await patch(destinationId, { comment: 'x' })).toMatchObject({ selection: { accountIds: ['a1'] } })
    const both = patch(destinationId, { selection: { accountIds: ['a1', 'a2'] } })
    expect(await wrongFields(both)).toEqual({ '/selection/accountIds/1': 'is not the id of a mail account' })
  })
})

describe('the secrets of a webhook', () => {
  test('a new signing secret signs at once, and the former one signs for another 24 hours', async () => {
    const { destinationId } = await create(webhookInput())
    const view = await patch(destinationId, { webhook: { signingSecret: signingSecretOf(32, 2) } })
    expect(view.previousSecretUntil).toBe('2026-03-02T10:00:00.000Z')
    expect(await sentKeys(destinationId)).toEqual([2, 1])
    clock.now = new Date('2026-03-02T10:00:00.000Z')
    expect(await sentKeys(destinationId)).toEqual([2])
    expect((await readDestination(services, destinationId)).view.previousSecretUntil).toBeUndefined()
  })

  test('a second rotation within 24 hours is refused before the secret is stored, and later it succeeds', async () => {
    const { destinationId } = await create(webhookInput())
    await patch(destinationId, { webhook: { signingSecret: signingSecretOf(32, 2) } })
    const again = () => patch(destinationId, { webhook: { signingSecret: signingSecretOf(32, 3) } })
    expect(await problemOf(again())).toMatchObject({
      code: 'rotation-under-way',
      message: 'The former signing secret also signs until 2026-03-02T10:00:00.000Z.',
    })
    expect(await sentKeys(destinationId)).toEqual([2, 1])
    clock.now = new Date('2026-03-02T10:00:00.001Z')
    await again()
    expect(await sentKeys(destinationId)).toEqual([3, 2])
  })

  test('another change during a rotation leaves both signing secrets valid', async () => {
    const { destinationId } = await create(webhookInput())
    await patch(destinationId, { webhook: { signingSecret: signingSecretOf(32, 2) } })
    await patch(destinationId, { comment: 'x' })
    expect(await sentKeys(destinationId)).toEqual([2, 1])
  })

  const auth = { kind: 'header', header: 'x-api-key', value: 'hunter2' }

  test.each([
    ['another host', { url: 'https://elsewhere.example.com/hooks' }],
    ['another port', { url: 'https://tickets.example.com:8443/hooks' }],
  ])('a stored header value is not sent to %s until it is sent again', async (_, webhook) => {
    const { destinationId } = await create(webhookInput({}, { auth }))
    expect(await wrongFields(patch(destinationId, { webhook }))).toEqual({
      '/webhook/auth/value': 'must be sent again, because Postmaster never sends the stored value to another server',
    })
    await patch(destinationId, { webhook: { ...webhook, auth: { value: 'typed again' } } })
    expect(await authOf(destinationId)).toBe('typed again')
  })

  test('a stored header value is kept for another path of the same server', async () => {
    const { destinationId } = await create(webhookInput({}, { auth }))
    await patch(destinationId, { webhook: { url: 'https://tickets.example.com/other' } })
    expect(await authOf(destinationId)).toBe('hunter2')
  })

  test('another kind of authentication replaces the former one and requires its own value', async () => {
    const { destinationId } = await create(webhookInput({}, { auth }))
    const basic = { kind: 'basic', user: 'postmaster' }
    expect(await wrongFields(patch(destinationId, { webhook: { auth: basic } }))).toEqual({
      '/webhook/auth/value': 'must be sent again, because `kind` changes',
    })
    const view = await patch(destinationId, { webhook: { auth: { ...basic, value: 'password' } } })
    expect(view.webhook?.auth).toEqual(basic)
    expect(await authOf(destinationId)).toBe('password')
  })

  test('removing the authentication also deletes its value', async () => {
    const { destinationId } = await create(webhookInput({}, { auth }))
    const { authVersion = '' } = await row(destinationId)
    expect((await patch(destinationId, { webhook: { auth: null } })).webhook?.auth).toBeUndefined()
    expect(await secrets.read(authSecretId(destinationId), authVersion)).toBeUndefined()
    expect(await sentKeys(destinationId)).toEqual([1])
  })

  test('a patch cannot remove the signing secret or the value of the authentication', async () => {
    const { destinationId } = await create(webhookInput({}, { auth }))
    expect(
      await wrongFields(patch(destinationId, { webhook: { signingSecret: null, auth: { value: null } } })),
    ).toEqual({
      '/webhook/signingSecret': 'must be a string',
      '/webhook/auth/value': 'must be a string',
    })
  })
})

describe('the audit trail of destinations', () => {
  test('the audit trail records the creation and changes of a destination without its secrets', async () => {
    const auth = { kind: 'header', header: 'x-api-key', value: 'hunter2' }
    const { destinationId } = await create(webhookInput({}, { auth }))
    await patch(destinationId, { webhook: { signingSecret: signingSecretOf(32, 2), mode: 'raw' } })
    const { entries } = await new AuditReader(tables.table('audit')).list({ limit: 10 })
    expect(entries.map(({ action, subject, outcome }) => [action, subject, outcome])).toEqual([
      ['change', `/destinations/${destinationId}`, 'made'],
      ['create', `/destinations/${destinationId}`, 'made'],
    ])
    expect(entries[0]?.changes).toContainEqual({ field: 'signingSecret', secret: true })
    expect(entries[0]?.changes.map(({ field }) => field)).toEqual(['webhook', 'signingSecret'])
    expect(JSON.stringify(entries)).not.toMatch(/hunter2|whsec_/)
  })
})

describe('the deletion of a destination', () => {
  const delivery = (destinationId: string, state: 'waiting' | 'quarantined' | 'delivered') =>
    deliveryRowOf({
      deliveryId: `${destinationId}.m1`,
      destinationId,
      messageId: 'm1',
      lane: 'l',
      place: 'p',
      state,
      revision: 1,
      plannedAt: '2026-03-01T09:00:00.000Z',
      changedAt: '2026-03-01T09:00:00.000Z',
      attemptCount: 0,
      attempts: [],
      leases: [],
    })

  test.each(['waiting', 'quarantined'] as const)(
    'a destination with a %s delivery cannot be deleted',
    async (state) => {
      const { destinationId } = await create({ name: 'OTOBO', kind: 'pull' })
      await tables.table('deliveries').put(delivery(destinationId, state))
      const error = await problemOf(deleteDestination(services, change(destinationId)))
      expect(error).toMatchObject({ code: 'destination-in-use', message: `OTOBO has deliveries that are ${state}.` })
      await tables.table('deliveries').put(delivery(destinationId, 'delivered'))
      await deleteDestination(services, change(destinationId))
      expect(await problemOf(readDestination(services, destinationId))).toMatchObject({ code: 'not-found' })
    },
  )

  test('a deleted destination leaves no token, secret, circuit or figures, and its name is free again', async () => {
    const auth = { kind: 'header', header: 'x-api-key', value: 'hunter2' }
    const { destinationId } = await create(webhookInput({}, { auth }))
    const { secretVersion = '', authVersion = '' } = await row(destinationId)
    const { token } = await createToken(services, destinationId, { comment: '' }, actor('anna'))
    await services.figures.write(destinationId, { at: '2026-03-01T10:00:00.000Z', open: 0, inDoubt: 0, quarantined: 0 })
    await services.circuits.open(
      destinationId,
      { code: 'refused', detail: 'x', remedy: 'y' },
      '2026-03-01T10:00:00.000Z',
      false,
    )
    await deleteDestination(services, change(destinationId))
    expect(await services.tokens.find(token)).toBeUndefined()
    expect(await secrets.read(destinationId, secretVersion)).toBeUndefined()
    expect(await secrets.read(authSecretId(destinationId), authVersion)).toBeUndefined()
    expect(await services.circuits.readMany([destinationId])).toEqual(new Map())
    expect(await services.figures.readMany([destinationId])).toEqual(new Map())
    expect((await create(webhookInput())).name).toBe('Tickets')
  })
})
