import { describe, expect, test } from 'vitest'
import { type Answer, scriptedApi } from './scripted-api.ts'

const messageId = '5f0c7d3a91b84e26a7f1d09be3c852647d1f6a0b9c3e58d2471fa6b0c9e3d582'
const problem = { messageId, code: 'origin-unknown', detail: 'An earlier version stored it.', remedy: 'Download it.' }
const answer = (more: object = {}): Answer => ({
  body: { examined: 1000, withoutRecord: 0, recovered: 0, problems: [], ...more },
})

describe('postmaster messages recover', () => {
  test('messages recover follows `next` to the end of the bucket and prints a summary', async () => {
    await using api = await scriptedApi((_, count) =>
      count === 1 ? answer({ withoutRecord: 2, recovered: 2, next: 'page-2' }) : answer({ examined: 7 }),
    )
    const { out, err, code } = await api.cli('messages', 'recover', '--from', '2026-03-02T08:00:00Z')
    expect(out).toBe('1007 messages compared, 2 without a record, 2 recovered.\n')
    expect(err).toBe('1000 messages compared, 2 recovered so far.\n')
    expect(code).toBe(0)
    expect(api.asked.map(({ body }) => body)).toEqual([
      { from: '2026-03-02T08:00:00Z', dryRun: false },
      { from: '2026-03-02T08:00:00Z', dryRun: false, next: 'page-2' },
    ])
  })

  test('messages recover --dry-run says what can be recovered', async () => {
    await using api = await scriptedApi(() => answer({ withoutRecord: 3, recovered: 3 }))
    const { out } = await api.cli('messages', 'recover', '--from', '2026-03-02T08:00:00Z', '--dry-run')
    expect(out).toBe('1000 messages compared, 3 without a record, 3 can be recovered.\n')
    expect(api.asked[0]?.body).toEqual({ from: '2026-03-02T08:00:00Z', dryRun: true })
  })

  test('messages recover asks for a time', async () => {
    await using api = await scriptedApi(() => answer())
    const { err, code } = await api.cli('messages', 'recover')
    expect(err).toContain('--from')
    expect(code).toBe(2)
    expect(api.asked).toEqual([])
  })

  test('messages recover fails if a message cannot be recovered, and says why', async () => {
    await using api = await scriptedApi(() => answer({ withoutRecord: 1, problems: [problem] }))
    const { err, code } = await api.cli('messages', 'recover', '--from', '2026-03-02T08:00:00Z')
    expect(err).toContain(`${messageId}: An earlier version stored it. Download it.\n`)
    expect(err).toContain('Messages that cannot be recovered automatically: 1.')
    expect(code).toBe(1)
  })
})
