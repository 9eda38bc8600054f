import { describe, expect, it } from 'vitest'
import { sweepHandler } from '../../../functions/sweep-secrets/handler.ts'
import {
  highestSweep,
  type SweepServices,
  type SweptSecrets,
  sweepSecrets,
} from '../../../lib/secrets/sweep-secrets.ts'
import { memoryLog } from '../../support/http-event.ts'

const now = new Date('2026-11-23T10:00:00.000Z')
const hours = (n: number) => new Date(now.getTime() - n * 60 * 60 * 1000)

/** Secrets of one kind with the time they were made, in pages of 100, and whose owners exist. */
const kind = (secretsMade: Record<string, Date>, existing: string[]) => {
  const deleted: string[] = []
  const swept: SweptSecrets = {
    owners: { existing: async (ids) => new Set(ids.filter((id) => existing.includes(id))) },
    secrets: {
      deleteWithRecovery: async (id) => {
        deleted.push(id)
      },
      async *createdBefore(time) {
        const old = Object.keys(secretsMade).filter((id) => (secretsMade[id] ?? now) < time)
        for (let start = 0; start < old.length; start += 100) yield old.slice(start, start + 100)
      },
    },
  }
  return { swept, deleted }
}

const world = (secretsMade: Record<string, Date>, existing: string[]) => {
  const { swept, deleted } = kind(secretsMade, existing)
  return { services: { kinds: [swept], now: () => now } satisfies SweepServices, deleted }
}

describe('sweepSecrets', () => {
  it('deletes secrets older than a day whose account does not exist, and no other', async () => {
    const made = { orphan: hours(25), fresh: hours(23), used: hours(500) }
    const { services, deleted } = world(made, ['used'])
    expect(await sweepSecrets(services)).toEqual({ looked: 2, deleted: 1, more: false })
    expect(deleted).toEqual(['orphan'])
  })

  it('looks at every page', async () => {
    const made = Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`s${i}`, hours(48)]))
    const { services, deleted } = world(
      made,
      Object.keys(made).filter((id) => id !== 's249'),
    )
    expect(await sweepSecrets(services)).toEqual({ looked: 250, deleted: 1, more: false })
    expect(deleted).toEqual(['s249'])
  })

  it('stops at its limit and says that there is more', async () => {
    const made = Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`s${i}`, hours(48)]))
    const { services, deleted } = world(made, [])
    expect(await sweepSecrets(services)).toMatchObject({ deleted: highestSweep, more: true })
    expect(deleted).toHaveLength(highestSweep)
  })

  it('looks at each kind by its own owners, and its limit is for all of them', async () => {
    const many = Object.fromEntries(Array.from({ length: highestSweep - 1 }, (_, i) => [`s${i}`, hours(48)]))
    const accounts = kind(many, [])
    // Of the same id as an account that is gone: another secret.
    const profiles = kind({ s1: hours(48), s2: hours(48), kept: hours(48) }, ['kept'])
    const services = { kinds: [accounts.swept, profiles.swept], now: () => now }
    expect(await sweepSecrets(services)).toEqual({ looked: highestSweep + 2, deleted: highestSweep, more: true })
    expect(accounts.deleted).toHaveLength(highestSweep - 1)
    expect(profiles.deleted).toEqual(['s1'])
  })
})

describe('the sweep function', () => {
  it('logs counts and no ids', async () => {
    const { services } = world({ 'orphan-id': hours(25) }, [])
    const log = memoryLog()
    await sweepHandler({ services, log })()
    expect(log.lines).toEqual([JSON.stringify({ level: 'info', message: 'secrets swept', looked: 1, deleted: 1 })])
  })

  it('fails the invocation when it cannot do its work, without the foreign message', async () => {
    const { swept } = kind({ orphan: hours(25) }, [])
    const log = memoryLog()
    const deleteWithRecovery = async () => {
      throw new Error('hunter2')
    }
    const kinds = [{ ...swept, secrets: { ...swept.secrets, deleteWithRecovery } }]
    await expect(sweepHandler({ services: { kinds, now: () => now }, log })()).rejects.toThrow('see the line before')
    expect(log.lines.join()).not.toContain('hunter2')
  })
})
