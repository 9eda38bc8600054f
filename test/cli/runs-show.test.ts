import { describe, expect, it } from 'vitest'
import { noCounts, queuedRun } from '../../lib/runs/run.ts'
import { type Asked, scriptedApi } from './scripted-api.ts'

const runId = '01JNBZ4ZQ0V7M3T9H2K5W8XRVN'
const run = {
  ...queuedRun({
    ...{ runId, accountId: '01JNBZ4ZQ0V7M3T9H2K5W8XACC', trigger: 'request', slot: undefined },
    ...{ askedAt: '2026-03-02T08:10:00.000Z', askedBy: 'ann' },
  }),
  state: 'done',
  counts: { ...noCounts, found: 250, stored: 250 },
}
const messages = Array.from({ length: 250 }, (_, number) => ({
  messageId: number.toString(16).padStart(64, '0'),
  subject: `Message ${number}`,
  size: 1000,
  ...{
    storedAt: '2026-03-02T08:10:06.000Z',
    queueId: 'q1',
    queueName: 'Support',
    done: 'Stored.',
    link: '/messages/1',
  },
  reason: { code: 'account-queue', detail: 'The account sends every message to queue Support.' },
}))

/** An API with a run that stored 250 messages, which it lists by the hundred. */
const apiWithRun = () =>
  scriptedApi(({ path }: Asked) => {
    if (!path.includes('/messages')) return { body: run }
    const start = Number(new URL(path, 'http://x').searchParams.get('next') ?? 0)
    const next = start + 100
    return { body: { items: messages.slice(start, next), ...(next < messages.length && { next: String(next) }) } }
  })

describe('postmaster runs show', () => {
  it('runs show prints the first 50 messages of a large run, reads no others, and says how to see them', async () => {
    await using api = await apiWithRun()
    const { out, err } = await api.terminal(100, 'runs', 'show', runId)
    expect(out.split('\n').filter((line) => line.includes('Message '))).toHaveLength(50)
    expect(err).toBe('Only the first 50 are shown. Use --limit or --all to see more.\n')
    expect(api.asked.map(({ path }) => path)).toEqual([`/runs/${runId}`, `/runs/${runId}/messages?limit=100`])
  })

  it('runs show --all prints every message under one header', async () => {
    await using api = await apiWithRun()
    const { out, err } = await api.terminal(100, 'runs', 'show', runId, '--all')
    expect(out.split('\n').filter((line) => line.includes('Message '))).toHaveLength(250)
    expect(out.match(/SUBJECT/g)).toHaveLength(1)
    expect(err).toBe('')
  })

  it('runs show --json contains every message, and reads none if only other fields are chosen', async () => {
    await using api = await apiWithRun()
    expect(JSON.parse((await api.cli('runs', 'show', runId, '--json')).out).messages).toHaveLength(250)
    const before = api.asked.length
    expect(JSON.parse((await api.cli('runs', 'show', runId, '--json', 'state')).out)).toEqual({ state: 'done' })
    expect(api.asked).toHaveLength(before + 1)
  })
})
