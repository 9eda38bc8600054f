import { describe, expect, it } from 'vitest'
import { type SweptSecrets, sweepSecrets } from '../../../lib/secrets/sweep-secrets.ts'

const now = new Date('2026-11-23T10:00:00.000Z')
const hours = (n: number) => new Date(now.getTime() - n * 60 * 60 * 1000)
const untilTheEnd = { mayGoOn: () => true }

/** Secrets of one kind, with the time of their last change, in pages of 100, and their existing owners. */
const swept = (changed: Record<string, Date>, existing: string[]) => {
  const deleted: string[] = []
  const kind: SweptSecrets = {
    kind: 'account',
    owners: { existing: async (ids) => new Set(ids.filter((id) => existing.includes(id))) },
    secrets: {
      deleteWithRecovery: async (id) => {
        deleted.push(id)
      },
      async *ownUnchangedSince(time) {
        const old = Object.keys(changed).filter((id) => (changed[id] ?? now) < time)
        for (let start = 0; start < old.length; start += 100) yield old.slice(start, start + 100)
      },
    },
  }
  return { kind, deleted }
}
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`s${i}`, hours(48)]))

describe('sweepSecrets', () => {
  it('sweepSecrets deletes secrets that are older than a day and whose account does not exist, and no others', async () => {
    const { kind, deleted } = swept({ orphan: hours(25), fresh: hours(23), used: hours(500) }, ['used'])
    expect(await sweepSecrets({ kinds: [kind], now: () => now }, untilTheEnd)).toEqual([
      { kind: 'account', checked: 2, orphans: ['orphan'], deleted: 1, outcome: 'swept' },
    ])
    expect(deleted).toEqual(['orphan'])
  })

  it('sweepSecrets decides for all pages together, not page by page', async () => {
    const changed = many(250)
    // Four of the last 50 are 8 % of their page, but less than 2 % of all secrets.
    const lost = ['s210', 's220', 's230', 's249']
    const { kind, deleted } = swept(
      changed,
      Object.keys(changed).filter((id) => !lost.includes(id)),
    )
    await sweepSecrets({ kinds: [kind], now: () => now }, untilTheEnd)
    expect(deleted).toEqual(lost)
  })

  it('sweepSecrets deletes nothing from the first page if a later page shows that there are too many orphans', async () => {
    const { kind, deleted } = swept(many(250), [])
    const [result] = await sweepSecrets({ kinds: [kind], now: () => now }, untilTheEnd)
    expect(result).toMatchObject({ checked: 250, deleted: 0, outcome: 'too-many' })
    expect(deleted).toEqual([])
  })

  it('sweepSecrets deletes more than one page if an operator has confirmed the number', async () => {
    const { kind, deleted } = swept(many(250), [])
    await sweepSecrets({ kinds: [kind], now: () => now }, { ...untilTheEnd, confirmed: { account: 250 } })
    expect(deleted).toHaveLength(250)
  })

  it('sweepSecrets checks the owner again before it deletes a secret', async () => {
    const { kind, deleted } = swept({ orphan: hours(48), returned: hours(48) }, [])
    let asked = 0
    const owners = {
      existing: async () => {
        asked += 1
        return new Set(asked === 1 ? [] : ['returned'])
      },
    }
    const [result] = await sweepSecrets({ kinds: [{ ...kind, owners }], now: () => now }, untilTheEnd)
    expect(result).toMatchObject({ deleted: 1, outcome: 'swept' })
    expect(deleted).toEqual(['orphan'])
  })

  it('sweepSecrets keeps the password of an account that receives one while others are being deleted', async () => {
    const { kind, deleted } = swept({ first: hours(48), second: hours(48) }, [])
    const owners = { existing: async () => new Set(deleted.includes('first') ? ['second'] : []) }
    await sweepSecrets({ kinds: [{ ...kind, owners }], now: () => now }, untilTheEnd)
    expect(deleted).toEqual(['first'])
  })

  it.each([
    ['while it searches for orphans', 1, 0],
    ['while it deletes them', 4, 1],
  ])('sweepSecrets stops in time %s', async (_, turns, expected) => {
    const { kind, deleted } = swept(many(250), [])
    let left = turns
    const mayGoOn = () => left-- > 0
    const options = { mayGoOn, confirmed: { account: 250 } }
    const [result] = await sweepSecrets({ kinds: [kind], now: () => now }, options)
    expect(result).toMatchObject({ deleted: expected, outcome: 'out-of-time' })
    expect(deleted).toHaveLength(expected)
  })
})
