import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AccountsApi, startAccountsApi } from '../../support/accounts-api.ts'

let api: AccountsApi
beforeAll(async () => {
  api = await startAccountsApi()
})
afterAll(() => api.stop())

const created = '2026-11-23T10:00:00.000Z'
const later = '2026-11-24T12:00:00.000Z'

describe('startFrom', () => {
  it('startFrom is everything by default', async () => {
    const { body } = await api.create()
    expect(body.startFrom).toBe('everything')
    expect(body).not.toHaveProperty('startsAt')
  })

  it('startFrom `new` starts at the time when it was chosen, until the mailbox or the choice changes', async () => {
    api.clock.now = new Date(created)
    const { body } = await api.create({ startFrom: 'new' })
    expect(body).toMatchObject({ startFrom: 'new', startsAt: created })
    api.clock.now = new Date(later)
    const change = (patch: unknown) => api.change('PATCH', body.accountId, patch)
    expect((await change({ comment: 'x' })).body.startsAt).toBe(created)
    expect((await change({ folder: 'Other' })).body.startsAt).toBe(later)
    expect((await change({ startFrom: 'everything' })).body).not.toHaveProperty('startsAt')
    expect((await change({ startFrom: 'new' })).body.startsAt).toBe(later)
  })

  it.each(['IMAPS', 'POP3S'])('startFrom accepts a date with %s', async (type) => {
    const startFrom = { since: '2026-01-02T03:04:05Z' }
    const { body } = await api.create({ type, startFrom })
    expect(body).toMatchObject({ startFrom, startsAt: '2026-01-02T03:04:05.000Z' })
  })

  it.each(['yesterday', { since: 'yesterday' }, { since: '2026-01-01T00:00:00Z', until: 'now' }, 7])(
    'startFrom refuses %j',
    async (startFrom) => {
      const { status, body } = await api.create({ startFrom })
      expect(status).toBe(400)
      expect(body.errors.every(({ path }: { path: string }) => path.startsWith('/startFrom'))).toBe(true)
    },
  )
})
