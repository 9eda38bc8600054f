import type { Context } from 'aws-lambda'
import { describe, expect, it } from 'vitest'
import { backgroundFunction } from '../../../functions/shared/background-function.ts'
import { sweepHandler } from '../../../functions/sweep-secrets/handler.ts'
import type { Notice } from '../../../lib/notifications/notices.ts'
import type { SweptSecrets } from '../../../lib/secrets/sweep-secrets.ts'
import { memoryLog } from '../../support/http-event.ts'

const daily = { version: '0', id: '1', 'detail-type': 'Scheduled Event', source: 'aws.events', detail: {} }
const context = { getRemainingTimeInMillis: () => 300_000 }

/** The function, with secrets of accounts that do not exist. */
const world = (orphans: string[], deleteWithRecovery: (id: string) => Promise<void> = async () => undefined) => {
  const deleted: string[] = []
  const kind: SweptSecrets = {
    kind: 'account',
    owners: { existing: async () => new Set() },
    secrets: {
      deleteWithRecovery: async (id) => {
        await deleteWithRecovery(id)
        deleted.push(id)
      },
      async *ownUnchangedSince() {
        yield orphans
      },
    },
  }
  const log = memoryLog()
  const counted: string[] = []
  const metrics = { count: (name: string, value: number) => counted.push(`${name} ${value}`) }
  const published: Notice[] = []
  const notices = { publish: async (notice: Notice) => void published.push(notice) }
  const handler = sweepHandler({ services: { kinds: [kind], now: () => new Date() }, notices, log, metrics })
  return { handler, deleted, log, counted, published, notices }
}
const orphanIds = Array.from({ length: 12 }, (_, i) => `account-${i}`)

describe('the sweep function', () => {
  it('the sweep function logs and returns counts after a normal sweep', async () => {
    const { handler, log, counted } = world(['account-0'])
    const counts = { kind: 'account', checked: 1, deleted: 1, outcome: 'swept', orphans: 1 }
    expect(await handler(daily, context)).toEqual([counts])
    expect(log.lines.map((line) => JSON.parse(line))).toEqual([{ level: 'info', message: 'secrets swept', ...counts }])
    expect(counted).toEqual([])
  })

  it('the sweep function logs an error with counts and some ids and counts a metric when it stops', async () => {
    const { handler, log, counted, deleted } = world(orphanIds)
    expect(await handler(daily, context)).toMatchObject([{ outcome: 'too-many', orphans: 12, deleted: 0 }])
    expect(deleted).toEqual([])
    expect(counted).toEqual(['SecretSweepStopped 1'])
    expect(log.lines.map((line) => JSON.parse(line))).toEqual([
      {
        level: 'error',
        message: expect.stringContaining('"The secret sweep stops" in docs/runbook.md'),
        kind: 'account',
        checked: 12,
        deleted: 0,
        outcome: 'too-many',
        orphans: 12,
        someIds: orphanIds.slice(0, 10).join(' '),
      },
    ])
  })

  it('the sweep function notifies admins each day on which it stops', async () => {
    const { handler, published } = world(orphanIds)
    await handler(daily, context)
    expect(published).toMatchObject([{ kind: 'secret-sweep-stopped', about: {} }])
    expect(published[0]?.text).toContain('- 12 of 12 secrets belong to no mail account')
    expect(published[0]?.text).not.toContain('account-0')
  })

  it('the sweep function sends no notice to an operator, who reads its response', async () => {
    const { handler, published } = world(orphanIds)
    expect(await handler({ confirmOrphans: { account: 11 } }, context)).toMatchObject([{ outcome: 'too-many' }])
    expect(published).toEqual([])
  })

  it('the sweep function fails if the notice cannot be sent, so that Lambda repeats the sweep', async () => {
    const { handler, notices, log } = world(orphanIds)
    notices.publish = () => Promise.reject(new TypeError('secret topic'))
    await expect(handler(daily, context)).rejects.toThrow(TypeError)
    expect(log.lines.join()).not.toContain('secret topic')
  })

  it('the sweep function deletes the orphans if an operator confirms their number', async () => {
    const { handler, deleted, counted } = world(orphanIds)
    expect(await handler({ confirmOrphans: { account: 12 } }, context)).toMatchObject([
      { outcome: 'swept', deleted: 12 },
    ])
    expect(deleted).toEqual(orphanIds)
    expect(counted).toEqual([])
  })

  it.each([
    undefined,
    {},
    { confirmOrphans: 12 },
    { confirmOrphans: { account: '12' } },
    { confirmOrphans: { account: -1 } },
    { confirmOrphans: { accounts: 12 } },
    { confirmOrphan: { account: 12 } },
    { source: 'aws.s3' },
  ])('the sweep function refuses the event %j before it lists secrets', async (event) => {
    const { handler, deleted, log } = world(['account-0'])
    await expect(handler(event, context)).rejects.toThrow('The event is invalid')
    expect(deleted).toEqual([])
    expect(log.lines.join()).toContain('the sweep did nothing')
  })

  it('the sweep function logs a warning when it runs out of time', async () => {
    const { handler, deleted, log } = world(['account-0'])
    await handler(daily, { getRemainingTimeInMillis: () => 19_000 })
    expect(deleted).toEqual([])
    expect(log.lines.join()).toMatch(/"level":"warn".*the sweep ran out of time/)
  })

  it('the sweep function fails the invocation without the foreign error message if it cannot work', async () => {
    const { handler, log } = world(['account-0'], async () => {
      throw new Error('hunter2')
    })
    const invoked = backgroundFunction(log, handler)
    await expect(invoked(daily, context as Context)).rejects.toThrow('The previous log line contains the reason')
    expect(log.lines.join()).toContain('the invocation failed')
    expect(log.lines.join()).not.toContain('hunter2')
  })
})
