import { describe, expect, it } from 'vitest'
import { queuedRun } from '../../lib/runs/run.ts'
import { type Answer, type Asked, notFound, scriptedApi } from './scripted-api.ts'

const run = (state: string) => ({
  ...queuedRun({
    runId: 'run-1',
    accountId: '01JNBZ4ZQ0V7M3T9H2K5W8XACC',
    trigger: 'request',
    askedAt: '2026-03-02T08:10:00.000Z',
    askedBy: 'ann',
  }),
  state,
})
const line = (by: string, text: string) => ({ at: '2026-03-02T08:10:04.218Z', by, text })
const views = [
  { lines: [], after: 0, ended: false, cut: false },
  { lines: [line('server', '* OK ready'), line('postmaster', '3 SELECT INBOX')], after: 2, ended: false, cut: false },
  { lines: [line('note', 'done\u001b[2J')], after: 3, ended: true, cut: true },
]

const answers =
  (requested: object, state = 'done') =>
  ({ method, path }: Asked): Answer => {
    if (method === 'POST')
      return {
        status: 202,
        body: { runs: [{ runId: 'run-1', accountId: '01JNBZ4ZQ0V7M3T9H2K5W8XACC', ...requested }] },
      }
    if (path === '/runs/run-1') return { body: run(state) }
    const after = Number(new URL(path, 'http://x').searchParams.get('after'))
    if (after === 0) looks += 1
    return { body: after === 2 ? views[2] : views[looks > 1 ? 1 : 0] }
  }
let looks = 0

describe('postmaster fetch --debug', () => {
  it('fetch --debug prints the conversation line by line, safe for terminals, then the table', async () => {
    looks = 0
    await using api = await scriptedApi(answers({}))
    const { code, out } = await api.cli('fetch', '01JNBZ4ZQ0V7M3T9H2K5W8XACC', '--debug')
    expect(code).toBe(0)
    expect(api.asked[0]).toMatchObject({
      method: 'POST',
      path: '/accounts/01JNBZ4ZQ0V7M3T9H2K5W8XACC/fetch',
      body: { debug: true },
    })
    expect(out).toMatch(
      /^08:10:04\.218 < \* OK ready\n08:10:04\.218 > 3 SELECT INBOX\n08:10:04\.218 \* done.*\nThe recording ends here.*1 MiB\.\n01JNBZ4ZQ0V7M3T9H2K5W8XACC\tdone\t/,
    )
    expect(out).not.toContain('\u001b')
    expect(
      api.asked.filter(({ path }) => path.includes('/conversation')).map(({ path }) => path.split('?')[1]),
    ).toEqual(['after=0', 'after=0', 'after=2'])
  })

  it('fetch --debug --json reports the run ahead of it and prints only JSON to standard output', async () => {
    looks = 5
    await using api = await scriptedApi(answers({ queuedBehind: 'run-0', detail: 'Queued behind run run-0.' }))
    const { out, err } = await api.cli('fetch', '01JNBZ4ZQ0V7M3T9H2K5W8XACC', '--debug', '--json')
    expect(err).toContain('Queued behind run run-0.\n')
    expect(err).toContain('> 3 SELECT INBOX')
    expect(JSON.parse(out)).toMatchObject([{ runId: 'run-1', state: 'done' }])
  })

  it('fetch --debug exits with code 1 after the conversation of a failed run', async () => {
    looks = 5
    await using api = await scriptedApi(answers({}, 'crashed'))
    const { code, out } = await api.cli('fetch', '01JNBZ4ZQ0V7M3T9H2K5W8XACC', '--debug')
    expect(code).toBe(1)
    expect(out).toContain('3 SELECT INBOX')
  })

  it('fetch --debug shows the result of a run without a conversation', async () => {
    await using api = await scriptedApi((asked) =>
      asked.path.includes('/conversation') ? notFound : answers({}, 'crashed')(asked),
    )
    const { code, out, err } = await api.cli('fetch', '01JNBZ4ZQ0V7M3T9H2K5W8XACC', '--debug')
    expect(code).toBe(1)
    expect(err).toContain('Not found.')
    expect(out).toMatch(/^01JNBZ4ZQ0V7M3T9H2K5W8XACC\tcrashed\t/)
  })

  it('fetch --debug requires a single account and does not support --no-wait', async () => {
    await using api = await scriptedApi(answers({}))
    for (const args of [['--all'], ['--account', '01JNBZ4ZQ0V7M3T9H2K5W8XACC', '--no-wait']])
      expect((await api.cli('fetch', '--debug', ...args)).code).toBe(2)
    expect(api.asked).toEqual([])
  })
})

describe('postmaster fetch', () => {
  it('fetch without --debug requests no recording and reports the run ahead of it', async () => {
    await using api = await scriptedApi(answers({ queuedBehind: 'run-0' }))
    const { err, out } = await api.cli('fetch', '01JNBZ4ZQ0V7M3T9H2K5W8XACC', '--no-wait')
    expect(api.asked).toMatchObject([{ body: {} }])
    expect(err).toBe('Queued behind run run-0.\n')
    expect(out).toBe('run-1\n')
  })
})
