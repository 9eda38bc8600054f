import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AuditReader } from '../../../lib/audit/audit-reader.ts'
import {
  type ChangeBy,
  changeVersioned,
  createVersioned,
  type ExpectedVersion,
  firstStamp,
  type Stamp,
  withoutStamp,
} from '../../../lib/changes/versioned-change.ts'
import { ProblemError } from '../../../lib/reasons/problem.ts'
import { actor } from '../../support/actor.ts'
import { auditTrailOver } from '../../support/audit.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'

type Lamp = Stamp & Readonly<Record<string, unknown>>

let tables: TestTables
beforeAll(async () => {
  tables = await startTables()
})
afterAll(() => tables.stop())

let subjects = 0
let subject = ''
let clock = new Date('2026-03-02T08:00:00.000Z')
let stored: Lamp | undefined
/** Runs before each conditional write, in the place of another request. */
let meanwhile: (() => void) | undefined

const lamp = (fields: Record<string, unknown>): Lamp => ({ ...fields, ...firstStamp(clock, actor('anna')) })
const services = () => ({ audit: auditTrailOver(tables, () => clock), now: () => clock })
const audited = (fields: Lamp) => ({ subject, name: 'lamp', fields, secrets: ['password'] })
const changeable = {
  audited,
  read: async () => {
    if (!stored) throw new ProblemError('not-found', 'There is no lamp.')
    return stored
  },
}
const writeIf = (version: number, after: Lamp | undefined) => async () => {
  meanwhile?.()
  if (stored?.version !== version) return false
  stored = after
  return true
}
const byBert = (expected: ExpectedVersion): ChangeBy => ({ expected, by: actor('bert') })
const paint = async (colour: string, expected: ExpectedVersion) =>
  await changeVersioned(services(), changeable, byBert(expected), async (current, stamp) => {
    const after = { ...current, colour, ...stamp() }
    return { after, write: writeIf(current.version, after) }
  })
const discard = async (expected: ExpectedVersion) =>
  await changeVersioned(services(), changeable, byBert(expected), async ({ version }) => ({
    write: writeIf(version, undefined),
  }))
/** Another request paints the lamp before each of the next writes. */
const overtakes = (times: number) => {
  let left = times
  meanwhile = () => {
    left -= 1
    if (left >= 0 && stored) stored = { ...stored, colour: `other ${left}`, version: stored.version + 1 }
  }
}
const entries = async () => (await new AuditReader(tables.table('audit')).list({ subject, limit: 100 })).entries
const outcomes = async () => (await entries()).map(({ outcome }) => outcome).toReversed()

beforeEach(() => {
  subjects += 1
  subject = `/lamps/${subjects}`
  clock = new Date('2026-03-02T08:00:00.000Z')
  stored = lamp({ colour: 'red', watts: 40 })
  meanwhile = undefined
})

describe('creating an object with versions', () => {
  it('a created object is recorded with its fields but without its stamp or its secrets', async () => {
    const thing = lamp({ colour: 'red', password: 'v1', dimmer: undefined })
    const create = createVersioned(services(), { thing, audited, by: actor('anna') }, () => Promise.resolve(true))
    expect(await create).toBe(true)
    expect(await entries()).toMatchObject([
      { who: 'anna', whoSub: 'sub-anna', action: 'create', name: 'lamp', version: 1, outcome: 'made' },
    ])
    expect((await entries())[0]?.changes).toEqual([
      { field: 'colour', to: 'red' },
      { field: 'password', secret: true },
    ])
  })

  it('an object that cannot be created, for example because its name is taken, is recorded as not made', async () => {
    const thing = lamp({})
    const create = createVersioned(services(), { thing, audited, by: actor('anna') }, () => Promise.resolve(false))
    expect(await create).toBe(false)
    expect(await outcomes()).toEqual(['not-made'])
  })
})

describe('changing an object with versions', () => {
  it('a change keeps the creation, raises the version and names the person who made it', async () => {
    clock = new Date('2026-03-02T09:00:00.000Z')
    const { before, after } = await paint('blue', 1)
    expect(before.colour).toBe('red')
    expect(after).toEqual(stored)
    expect(stored).toMatchObject({
      ...{ colour: 'blue', watts: 40, version: 2, createdAt: '2026-03-02T08:00:00.000Z', createdBy: 'anna' },
      ...{ changedAt: '2026-03-02T09:00:00.000Z', changedBy: 'bert', changedBySub: 'sub-bert' },
    })
    expect(await entries()).toMatchObject([{ who: 'bert', action: 'change', version: 2, outcome: 'made' }])
    expect((await entries())[0]?.changes).toEqual([{ field: 'colour', from: 'red', to: 'blue' }])
  })

  it('the recorded changes contain added, removed and nested values, but no values of secrets', async () => {
    stored = lamp({ host: 'a', folder: 'INBOX', port: 1, password: 'v1', dispatching: { by: 'to-field' } })
    await changeVersioned(services(), changeable, byBert(1), async (_current, stamp) => {
      const settings = { host: 'b', port: 1, password: 'v2', comment: '', dispatching: { by: 'queue', queueId: 'q' } }
      const after = { ...settings, ...stamp() }
      return { after, write: writeIf(1, after) }
    })
    expect((await entries())[0]?.changes).toEqual([
      { field: 'host', from: 'a', to: 'b' },
      { field: 'folder', from: 'INBOX' },
      { field: 'password', secret: true },
      { field: 'dispatching', from: { by: 'to-field' }, to: { by: 'queue', queueId: 'q' } },
      { field: 'comment', to: '' },
    ])
  })

  it('a change based on another version is refused before anything is prepared or recorded', async () => {
    await expect(paint('blue', 2)).rejects.toMatchObject({ code: 'changed-meanwhile' })
    expect(stored?.colour).toBe('red')
    expect(await entries()).toEqual([])
  })

  it('a change based on the current version is refused if another change wins', async () => {
    overtakes(1)
    await expect(paint('blue', 1)).rejects.toMatchObject({ code: 'changed-meanwhile' })
    expect(stored?.colour).toBe('other 0')
    expect(await outcomes()).toEqual(['not-made'])
  })

  it('a change of any version is repeated on top of the changes that win against it', async () => {
    overtakes(4)
    const { before, after } = await paint('blue', 'any')
    expect(before.colour).toBe('other 0')
    expect(after.version).toBe(6)
    expect(await outcomes()).toEqual(['not-made', 'not-made', 'not-made', 'not-made', 'made'])
  })

  it('a change of any version that is overtaken five times is refused', async () => {
    overtakes(5)
    await expect(paint('blue', 'any')).rejects.toMatchObject({ code: 'changed-meanwhile' })
    expect(stored?.colour).toBe('other 0')
    expect(await outcomes()).toEqual(Array.from({ length: 5 }, () => 'not-made'))
  })

  it('a change that is rejected while it is written is recorded as not made', async () => {
    meanwhile = () => {
      throw new ProblemError('name-taken', 'There is already a blue lamp.')
    }
    await expect(paint('blue', 'any')).rejects.toMatchObject({ code: 'name-taken' })
    expect(await outcomes()).toEqual(['not-made'])
  })

  it('a change whose result is lost stays unconfirmed and is not repeated', async () => {
    meanwhile = () => {
      throw new Error('socket hang up')
    }
    await expect(paint('blue', 'any')).rejects.toThrow('socket hang up')
    expect(await outcomes()).toEqual(['unconfirmed'])
  })

  it('a change is recorded as unconfirmed before it is written', async () => {
    let during: Promise<string[]> = Promise.resolve([])
    meanwhile = () => {
      during = outcomes()
    }
    await paint('blue', 1)
    expect(await during).toEqual(['unconfirmed'])
    expect(await outcomes()).toEqual(['made'])
  })

  it('a change has a later time than the previous change even if the clock runs backwards', async () => {
    clock = new Date('2026-03-02T07:00:00.000Z')
    await paint('blue', 1)
    expect(stored?.changedAt).toBe('2026-03-02T08:00:00.001Z')
    await paint('green', 2)
    expect(stored?.changedAt).toBe('2026-03-02T08:00:00.002Z')
  })

  it('an object whose last change has an unreadable time gets the time of the clock', async () => {
    stored = { ...lamp({ colour: 'red' }), changedAt: 'yesterday' }
    await paint('blue', 1)
    expect(stored.changedAt).toBe('2026-03-02T08:00:00.000Z')
  })

  it('a change that would change nothing checks the version but is neither written nor recorded', async () => {
    const keep = async (expected: ExpectedVersion) =>
      await changeVersioned(services(), changeable, byBert(expected), async () => ({ write: 'unchanged' }))
    await expect(keep(2)).rejects.toMatchObject({ code: 'changed-meanwhile' })
    expect((await keep(1)).before).toEqual(stored)
    expect(await entries()).toEqual([])
  })
})

describe('deleting an object with versions', () => {
  it('a deletion is recorded with the last version and the values before it', async () => {
    await discard(1)
    expect(stored).toBeUndefined()
    expect(await entries()).toMatchObject([
      {
        ...{ who: 'bert', action: 'delete', version: 1, outcome: 'made' },
        changes: [
          { field: 'colour', from: 'red' },
          { field: 'watts', from: 40 },
        ],
      },
    ])
  })

  it('an object that does not exist cannot be deleted, and nothing is recorded', async () => {
    stored = undefined
    await expect(discard('any')).rejects.toMatchObject({ code: 'not-found' })
    expect(await entries()).toEqual([])
  })

  it('an object that another request deletes at the same time is not found', async () => {
    meanwhile = () => {
      stored = undefined
    }
    await expect(discard('any')).rejects.toMatchObject({ code: 'not-found' })
    expect(await outcomes()).toEqual(['not-made'])
  })

  it('a deletion of any version also deletes a version that was written in the meantime', async () => {
    overtakes(2)
    await discard('any')
    expect(stored).toBeUndefined()
    expect(await outcomes()).toEqual(['not-made', 'not-made', 'made'])
  })
})

it('an object without its stamp keeps all other fields', () => {
  expect(withoutStamp(lamp({ colour: 'red' }))).toEqual({ colour: 'red' })
})
