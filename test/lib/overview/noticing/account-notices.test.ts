import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { account } from '../../../support/account-rows.ts'
import { failure } from '../overview-world.ts'
import { type NoticingWorld, stamp, startNoticingWorld } from './noticing-world.ts'

let world: NoticingWorld
beforeAll(async () => {
  world = await startNoticingWorld()
})
afterAll(() => world.stop())
beforeEach(async () => {
  await world.tables.clear()
  world.clock.now = new Date('2026-11-23T10:05:00.000Z')
})

/** A failure since this number of minutes before ten o'clock, five minutes before the first tick. */
const fails = async (accountId: string, minutes: number, fields = {}) =>
  await world.ended(accountId, { ...failure(minutes), nextFetchAt: '2026-11-23T10:20:00.000Z', ...fields })
const failing = async (accountId: string, minutes = 90) => {
  await world.create(accountId)
  await fails(accountId, minutes)
}
const told = () => world.told()
const isFailing = (name: string) => `account-failing ${name} at mail.example.org is failing`

describe('the notice of a failing account', () => {
  it('the notice is sent once, after an hour, with the cause, the remedy and the command', async () => {
    await failing('desk', 50)
    expect(await told()).toEqual([])
    world.pass(5)
    const { notices } = await world.tick()
    expect(notices).toEqual([
      {
        kind: 'account-failing',
        about: { account: 'desk' },
        page: '/accounts/desk',
        subject: 'Postmaster: desk at mail.example.org is failing',
        text: [
          'The mail account desk at mail.example.org has been failing since 2026-11-23 09:10 UTC, in 3 runs in a row.',
          '',
          'Cause: The server rejected the user name or password.',
          'What to do: Check the user name and password.',
          '',
          'Account: desk. To see it, run `postmaster accounts show desk`. Its mail stays on the server, and Postmaster keeps trying. You get another notice when this is over.',
        ].join('\n'),
      },
    ])
    world.pass(600)
    expect(await told()).toEqual([])
  })

  it('the notice is not sent for an account that waits for a consent, was changed, is off or was deleted', async () => {
    await world.create('consent')
    await fails('consent', 90, { ...failure(90, 'grant-revoked'), nextFetchAt: undefined })
    await world.create('changed', { changedAt: '2026-11-23T10:04:00.000Z' })
    await fails('changed', 90)
    await world.create('off', { validity: 'invalid' })
    await fails('off', 90)
    await fails('deleted', 90)
    expect(await told()).toEqual([])
  })

  it('the notice is repeated at the next tick if it cannot be sent, and the other notices are sent', async () => {
    await failing('one', 91)
    await failing('two', 90)
    const refused = { publish: () => Promise.reject(new Error('refused')) }
    const { report } = await world.tick({ notices: refused })
    expect(report).toMatchObject({ told: 0, errors: [new Error('refused'), new Error('refused')] })
    expect(await told()).toEqual([isFailing('one'), isFailing('two')])
  })

  it('the account that has failed longest is told first, in whatever order the accounts are read', async () => {
    for (const [index, name] of ['c', 'a', 'b'].entries()) await failing(name, 93 - index)
    expect(await told()).toEqual([isFailing('c'), isFailing('a'), isFailing('b')])
  })

  it('the notice is repeated, but never omitted, if it cannot be recorded', async () => {
    await failing('one')
    const marks = Object.assign(Object.create(world.marks), {
      write: () => Promise.reject(new Error('throttled')),
      read: () => world.marks.read(),
      writePace: async () => undefined,
    })
    const { report, notices } = await world.tick({ marks })
    expect([report.errors, notices.length]).toEqual([[new Error('throttled')], 1])
    expect(await told()).toEqual([isFailing('one')])
    expect(await told()).toEqual([])
  })

  it('the notice waits for the next tick if the time runs out', async () => {
    await failing('one')
    const { report, notices } = await world.tick({}, () => false)
    expect([report, notices]).toEqual([{ told: 0, held: 0, errors: [] }, []])
    expect(await told()).toEqual([isFailing('one')])
  })
})

describe('the notice of a recovery', () => {
  const toldOf = async (accountId: string) => {
    await failing(accountId)
    expect(await told()).toEqual([isFailing(accountId)])
  }

  it('the recovery is told once, and a later failure is told again', async () => {
    await toldOf('desk')
    await world.ended('desk')
    expect(await told()).toEqual(['account-recovered desk at mail.example.org is fetched again'])
    expect(await told()).toEqual([])
    await fails('desk', 90)
    expect(await told()).toEqual([isFailing('desk')])
  })

  it('an account of which no one was told recovers without a notice', async () => {
    await failing('desk', 10)
    await told()
    await world.ended('desk')
    expect(await told()).toEqual([])
  })

  it('a repair is told after the first fetch since the change, not before', async () => {
    await toldOf('desk')
    await world.services.accounts.replace(
      account({ accountId: 'desk', ...stamp, username: 'desk', version: 2, changedAt: '2026-11-23T10:04:00.000Z' }),
      1,
    )
    expect(await told()).toEqual([])
    await world.ended('desk')
    expect(await told()).toEqual(['account-recovered desk at mail.example.org is fetched again'])
  })

  it('an account that fails again at once does not count as recovered', async () => {
    await toldOf('desk')
    await fails('desk', 5)
    expect(await told()).toEqual([])
    world.pass(70)
    expect(await told()).toEqual([])
  })

  it('an account that was switched off or deleted is told with its name', async () => {
    await toldOf('off')
    await toldOf('gone')
    await world.services.accounts.replace(
      account({ accountId: 'off', ...stamp, username: 'off', version: 2, validity: 'invalid' }),
      1,
    )
    await world.ended('off')
    await world.services.accounts.remove('gone', 1)
    await world.services.statuses.remove('gone')
    expect(await told()).toEqual([
      'account-recovered gone at mail.example.org was deleted',
      'account-recovered off at mail.example.org was switched off',
    ])
  })
})

describe('many failing accounts', () => {
  it('six failing accounts are one notice, and five are five', async () => {
    for (let index = 0; index < 5; index += 1) await failing(`a${index}`)
    expect(await told()).toHaveLength(5)
    await world.tables.clear()
    for (let index = 0; index < 6; index += 1) await failing(`a${index}`)
    expect(await told()).toEqual(['account-failing 6 mail accounts are failing'])
    expect(await told()).toEqual([])
  })

  it('a common cause is one notice with the first twenty names and the count, and so is the recovery', async () => {
    await world.fill(60, () => ({ ...failure(90), nextFetchAt: '2026-11-23T10:20:00.000Z' }))
    const { report, notices } = await world.tick()
    expect(report).toEqual({ told: 60, held: 0, errors: [] })
    expect(notices).toHaveLength(1)
    const lines = notices[0]?.text.split('\n') ?? []
    expect(lines.filter((line) => line.startsWith('- '))).toHaveLength(21)
    expect(lines).toContain('- and 40 more')
    expect(lines).toContain('Cause: The server rejected the user name or password.')
    expect(await told()).toEqual([])
    await world.fill(60)
    expect(await told()).toEqual(['account-recovered 60 mail accounts are no longer failing'])
    expect(await told()).toEqual([])
  })

  it('several causes are counted, the most frequent first', async () => {
    for (let index = 0; index < 6; index += 1) await failing(`a${index}`)
    const lost = { ...failure(90).lastError, code: 'connection-lost', detail: 'The connection broke.' }
    await world.ended('a5', { lastError: lost, nextFetchAt: '2026-11-23T10:20:00.000Z' })
    expect((await world.tick()).notices[0]?.text).toContain(
      'Cause: The server rejected the user name or password. (5 times) The connection broke. (once)',
    )
  })

  it('further failures are held back for the rest of the hour, and then told in one notice', async () => {
    for (let index = 0; index < 6; index += 1) await failing(`a${index}`)
    await told()
    for (let index = 0; index < 7; index += 1) await failing(`b${index}`)
    world.pass(10)
    expect((await world.tick()).report).toEqual({ told: 0, held: 7, errors: [] })
    world.pass(50)
    expect(await told()).toEqual(['account-failing 7 mail accounts are failing'])
  })

  it('accounts that start failing one after the other send six notices in an hour at most', async () => {
    const counts: number[] = []
    for (let index = 0; index < 8; index += 1) {
      await failing(`a${index}`)
      counts.push((await told()).length)
      world.pass(1)
    }
    expect(counts).toEqual([1, 1, 1, 1, 1, 1, 0, 0])
    world.pass(60)
    expect(await told()).toHaveLength(2)
  })
})

describe('the notice of an overdue account', () => {
  const due = async (accountId: string, nextFetchAt: string, fields = {}) => {
    await world.create(accountId, fields)
    const row = { dueBucket: 'due#0', dueOrder: `${nextFetchAt}#${accountId}`, nextFetchAt }
    await world.ended(accountId, row)
  }
  const isOverdue = (name: string) => `account-overdue ${name} at mail.example.org is not being fetched`

  it('the notice is sent once, an hour after the account was due, until it was fetched', async () => {
    await due('late', '2026-11-23T09:00:00.000Z')
    await due('soon', '2026-11-23T09:10:00.000Z')
    const { notices } = await world.tick()
    expect(notices).toMatchObject([{ kind: 'account-overdue', about: { account: 'late' } }])
    expect(notices[0]?.text).toContain('has been due since 2026-11-23 09:00 UTC')
    expect(await told()).toEqual([])
    await world.ended('late', { dueBucket: 'due#0', dueOrder: '2026-11-23T10:10:00.000Z#late' })
    expect(await told()).toEqual([])
    await world.ended('late', {
      ...{ dueBucket: 'due#0', dueOrder: '2026-11-23T09:00:00.000Z#late', nextFetchAt: '2026-11-23T09:00:00.000Z' },
    })
    expect(await told()).toEqual([isOverdue('late')])
  })

  it('an account that is being fetched, was just changed or is off is not overdue', async () => {
    const long = '2026-11-23T08:00:00.000Z'
    await due('working', long)
    await world.run('working', 'r1', { state: 'running', parts: 9, partStartedAt: '2026-11-23T10:00:00.000Z' })
    await due('changed', long, { changedAt: '2026-11-23T10:00:00.000Z' })
    await due('off', long, { validity: 'invalid-temporarily' })
    expect(await told()).toEqual([])
    world.pass(20)
    expect(await told()).toEqual([isOverdue('working')])
  })

  it('many overdue accounts are one notice', async () => {
    for (let index = 0; index < 9; index += 1) await due(`a${index}`, '2026-11-23T08:00:00.000Z')
    expect(await told()).toEqual(['account-overdue 9 mail accounts are not being fetched'])
  })
})
