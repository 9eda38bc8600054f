import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readDefaultQueue, setDefaultQueue } from '../../../lib/queues/default-queue.ts'
import type { QueueServices } from '../../../lib/queues/manage-queues.ts'
import { createQueue, deleteQueue } from '../../../lib/queues/manage-queues.ts'
import {
  createSystemAddress,
  deleteSystemAddress,
  listSystemAddresses,
  readSystemAddress,
} from '../../../lib/queues/manage-system-addresses.ts'
import {
  addressTextSchema,
  systemAddressChangeSchema,
  systemAddressInputSchema,
} from '../../../lib/queues/system-address.ts'
import { actor } from '../../support/actor.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'
import {
  patchQueue,
  patchSystemAddress,
  queueServicesOver,
  replaceSystemAddress,
} from '../../support/queue-services.ts'

let tables: TestTables
let services: QueueServices
let queueId: string
beforeEach(async () => {
  tables = await startTables()
  services = queueServicesOver(tables, { now: new Date('2026-03-01T10:00:00.000Z') })
  queueId = (await createQueue(services, { name: 'Support', validity: 'valid', comment: '' }, actor('anna'))).view
    .queueId
})
afterEach(() => tables.stop())

const input = (address: string, more = {}) => ({ address, queueId, validity: 'valid' as const, comment: '', ...more })
const unknownQueue = { code: 'invalid-request', fields: [{ path: '/queueId' }] }

describe('the text of a system address', () => {
  test.each([
    ['Support@Example.COM', 'support@example.com'],
    ['  help+desk@example.com ', 'help+desk@example.com'],
    ['jürgen@bücher.example', 'jürgen@bücher.example'],
    ["o'brien%x@example.com", "o'brien%x@example.com"],
  ])('the system address %j is stored as %j', (text, kept) => {
    expect(addressTextSchema.parse(text)).toBe(kept)
  })

  test.each([
    'support',
    '@example.com',
    'support@',
    'a@b@c',
    'Support <support@example.com>',
    'a@example.com, b@example.com',
    'a b@example.com',
    'a\u0000@example.com',
    'a/b@example.com',
    `${'a'.repeat(250)}@x.example`,
  ])('the system address %j is refused', (text) => {
    expect(addressTextSchema.safeParse(text).success).toBe(false)
  })
})

describe('new system addresses', () => {
  test.each([
    'he\u200blp@example.com',
    'ｈelp@example.com',
    'help@ｅxample.com',
    'e\u0301@example.com',
    'help\u202e@example.com',
  ])('a new system address cannot be %j, which only looks like another one', (address) => {
    expect(systemAddressInputSchema.safeParse({ address, queueId: 'raw' }).success).toBe(false)
    // An address of this kind that an older version stored can still be changed.
    expect(systemAddressChangeSchema.safeParse({ address, queueId: 'raw' }).success).toBe(true)
  })

  test('a new system address cannot have a domain that is too long in its ASCII form', () => {
    const address = `help@${Array.from({ length: 9 }, () => 'ü日'.repeat(10)).join('.')}.example`
    expect(address.length).toBeLessThan(254)
    expect(systemAddressInputSchema.safeParse({ address, queueId: 'raw' }).success).toBe(false)
  })

  test('a new system address can contain letters beyond ASCII', () => {
    const address = 'hilfé@büro.example'
    expect(systemAddressInputSchema.parse({ address, queueId: 'raw' }).address).toBe(address)
  })
})

describe('managing system addresses', () => {
  test('a system address is created for a queue and read with the queue’s name, in any case', async () => {
    const made = await createSystemAddress(services, input('help@example.com'), actor('anna'))
    expect(made).toMatchObject({
      version: 1,
      view: { address: 'help@example.com', queueId, queueName: 'Support', createdBy: 'anna' },
    })
    expect(await readSystemAddress(services, 'HELP@example.com')).toEqual(made)
    await expect(readSystemAddress(services, 'other@example.com')).rejects.toMatchObject({ code: 'not-found' })
  })

  test('of several simultaneous creations of one system address, exactly one succeeds', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 6 }, () => createSystemAddress(services, input('help@example.com'), actor('anna'))),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const lost = outcomes.find(({ status }) => status === 'rejected')
    expect(lost).toMatchObject({ reason: { code: 'name-taken' } })
  })

  test('a system address needs an existing queue, which may be built-in or invalid', async () => {
    await expect(
      createSystemAddress(services, input('a@example.com', { queueId: 'gone' }), actor('x')),
    ).rejects.toMatchObject(unknownQueue)
    expect(
      (await createSystemAddress(services, input('a@example.com', { queueId: 'raw' }), actor('x'))).view.queueName,
    ).toBe('Raw')
    await patchQueue(services, queueId, { validity: 'invalid' }, { expected: 'any', by: actor('x') })
    expect((await createSystemAddress(services, input('b@example.com'), actor('x'))).view.queueName).toBe('Support')
  })

  test('a system address is changed against its version, and its text cannot change', async () => {
    await createSystemAddress(services, input('help@example.com'), actor('anna'))
    const replaced = await replaceSystemAddress(
      services,
      'help@example.com',
      input('help@example.com', { queueId: 'raw' }),
      { expected: 1, by: actor('bert') },
    )
    expect(replaced).toMatchObject({
      version: 2,
      view: { queueName: 'Raw', createdBySub: 'sub-anna', changedBySub: 'sub-bert' },
    })
    const stale = patchSystemAddress(services, 'help@example.com', { comment: 'x' }, { expected: 1, by: actor('carl') })
    await expect(stale).rejects.toMatchObject({ code: 'changed-meanwhile' })
    const patched = await patchSystemAddress(
      services,
      'help@example.com',
      { comment: 'x' },
      { expected: 2, by: actor('carl') },
    )
    expect(patched).toMatchObject({ version: 3, view: { comment: 'x', queueId: 'raw' } })
    const renamed = patchSystemAddress(
      services,
      'help@example.com',
      { address: 'new@example.com' },
      { expected: 3, by: actor('carl') },
    )
    await expect(renamed).rejects.toMatchObject({ code: 'invalid-request', fields: [{ path: '/address' }] })
    await expect(
      patchSystemAddress(services, 'help@example.com', { queueId: 'gone' }, { expected: 3, by: actor('x') }),
    ).rejects.toMatchObject(unknownQueue)
  })

  test.each([
    ['help@bücher.example', 'Help@XN--BCHER-KVA.example'],
    ['help@xn--bcher-kva.example', 'help@BÜCHER.example'],
    ['jürgen@日本.example', 'jürgen@xn--wgv71a.example'],
    ['help@mail.bücher.example', 'help@mail.xn--bcher-kva.example'],
  ])('the system addresses %s and %s are one address, which is shown as it was added', async (added, same) => {
    const made = await createSystemAddress(services, input(added), actor('anna'))
    expect(made.view.address).toBe(added)
    await expect(createSystemAddress(services, input(same), actor('bert'))).rejects.toMatchObject({
      code: 'name-taken',
      message: `${same} is the same address as the system address ${added}.`,
    })
    expect(await readSystemAddress(services, same)).toEqual(made)
    const change = { expected: 1, by: actor('bert') }
    const replaced = await replaceSystemAddress(services, same, input(same, { comment: 'x' }), change)
    expect(replaced.view).toMatchObject({ address: added, comment: 'x' })
    expect((await listSystemAddresses(services, { limit: 10 })).items).toEqual([replaced.view])
    await deleteSystemAddress(services, same, { expected: 2, by: actor('bert') })
    expect((await listSystemAddresses(services, { limit: 10 })).items).toEqual([])
  })

  test.each([
    ['another local part beyond ASCII', 'bücher@example.com', 'xn--bcher-kva@example.com'],
    ['a domain that a URL would decode', 'help@ex%61mple.com', 'help@example.com'],
    ['a domain that a URL would read as a number', 'help@1.2', 'help@1.0.0.2'],
    ['a domain that a URL would cut', 'help@bücher.example?x', 'help@bücher.example'],
    ['another letter', 'help@strasse.example', 'help@straße.example'],
  ])('system addresses remain different: %s', async (_name, one, other) => {
    await createSystemAddress(services, input(one), actor('anna'))
    await createSystemAddress(services, input(other), actor('anna'))
    expect((await listSystemAddresses(services, { limit: 10 })).items).toHaveLength(2)
  })

  test('a system address is deleted against its version', async () => {
    await createSystemAddress(services, input('help@example.com'), actor('anna'))
    await expect(
      deleteSystemAddress(services, 'help@example.com', { expected: 2, by: actor('x') }),
    ).rejects.toMatchObject({
      code: 'changed-meanwhile',
    })
    await deleteSystemAddress(services, 'help@example.com', { expected: 1, by: actor('x') })
    await expect(
      deleteSystemAddress(services, 'help@example.com', { expected: 'any', by: actor('x') }),
    ).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  test('system addresses are listed by address, in pages, with the names of their queues', async () => {
    for (const name of ['c', 'a', 'b']) await createSystemAddress(services, input(`${name}@example.com`), actor('x'))
    await createSystemAddress(services, input('d@example.com', { queueId: 'raw' }), actor('x'))
    const first = await listSystemAddresses(services, { limit: 3 })
    const second = await listSystemAddresses(services, { limit: 3, after: first.next })
    const listed = [...first.items, ...second.items].map(({ address, queueName }) => `${address} ${queueName}`)
    expect(listed).toEqual([
      'a@example.com Support',
      'b@example.com Support',
      'c@example.com Support',
      'd@example.com Raw',
    ])
    expect(second.next).toBeUndefined()
  })
})

describe('managing the default queue', () => {
  test('the default queue is the built-in one until another is set', async () => {
    expect(await readDefaultQueue(services)).toMatchObject({ queueId: 'raw', name: 'Raw' })
    expect(await setDefaultQueue(services, queueId, actor('anna'))).toMatchObject({ queueId, name: 'Support' })
    expect(await readDefaultQueue(services)).toMatchObject({ queueId, name: 'Support' })
    await setDefaultQueue(services, 'raw', actor('anna'))
    expect(await readDefaultQueue(services)).toMatchObject({ queueId: 'raw', name: 'Raw' })
    await deleteQueue(services, queueId, { expected: 'any', by: actor('x') })
  })

  test('the default queue must exist and be valid', async () => {
    await expect(setDefaultQueue(services, 'gone', actor('x'))).rejects.toMatchObject(unknownQueue)
    await patchQueue(services, queueId, { validity: 'invalid-temporarily' }, { expected: 'any', by: actor('x') })
    await expect(setDefaultQueue(services, queueId, actor('x'))).rejects.toMatchObject(unknownQueue)
  })
})
