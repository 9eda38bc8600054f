import { describe, expect, it } from 'vitest'
import { bookkeeping } from './account-answer.ts'
import { scriptedApi } from './scripted-api.ts'

const queue = {
  ...{ queueId: 'q1', name: 'Support', validity: 'valid', comment: '', builtIn: false, isDefault: false },
  ...bookkeeping,
}

describe('--json with fields', () => {
  const asked = async (...args: string[]) => {
    await using api = await scriptedApi(() => ({ body: { items: [queue] } }))
    return { ...(await api.cli('queues', 'list', ...args)), requests: api.asked.length }
  }

  it('--json alone prints every field, and --json with fields only these, in their order', async () => {
    expect(JSON.parse((await asked('--json')).out)).toEqual([queue])
    expect((await asked('--json', 'name,queueId')).out).toBe(
      '[\n  {\n    "name": "Support",\n    "queueId": "q1"\n  }\n]\n',
    )
  })

  it('a field without a value is null', async () => {
    expect(JSON.parse((await asked('--json', 'name, warning')).out)).toEqual([{ name: 'Support', warning: null }])
  })

  it('an unknown field lists the known ones, and nothing is requested', async () => {
    const { code, err, requests } = await asked('--json', 'name,title')
    expect([code, requests]).toEqual([2, 0])
    expect(err).toContain('There is no field `title`. Fields: builtIn, changedAt, changedBy, ')
  })

  it('a show command prints one object with the chosen fields', async () => {
    await using api = await scriptedApi(() => ({ body: { ...queue, receivedBy: [] } }))
    expect(JSON.parse((await api.cli('settings', 'show', '--json', 'name')).out)).toEqual({ name: 'Support' })
    expect((await api.cli('settings', 'show')).out).toBe('Default queue\tSupport\n')
  })
})
