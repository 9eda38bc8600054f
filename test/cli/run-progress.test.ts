import { describe, expect, it } from 'vitest'
import { noCounts, queuedRun, type Run, type RunCounts } from '../../lib/runs/run.ts'
import { accountAnswer } from './account-answer.ts'
import { hasPseudoTerminal, spawnCli } from './run-cli.ts'
import { type Answer, scriptedApi } from './scripted-api.ts'

const askedAt = '2026-03-02T08:10:00.000Z'
const run = (state: Run['state'], counts: Partial<RunCounts> = {}, runId = 'run-1') => ({
  ...queuedRun({
    runId,
    accountId: '01JNBZ4ZQ0V7M3T9H2K5W8XACC',
    trigger: 'request',
    slot: undefined,
    askedAt,
    askedBy: 'ann',
  }),
  state,
  counts: { ...noCounts, ...counts },
})
const halfway = { found: 5000, stored: 1200, alreadyKnown: 40, left: 3760 }
const complete = { found: 5000, stored: 4960, alreadyKnown: 40, announced: 4960, deleted: 5000 }

/** An API in which every look at a run shows its next state. */
const apiWith = (views: Readonly<Record<string, readonly object[]>>) => {
  const shown = new Map(Object.entries(views).map(([runId, list]) => [runId, [...list]]))
  return scriptedApi(({ method, path }): Answer => {
    if (method === 'POST')
      return {
        status: 202,
        body: { runs: Object.keys(views).map((runId) => ({ runId, accountId: '01JNBZ4ZQ0V7M3T9H2K5W8XACC' })) },
      }
    const list = shown.get(path.split('/').at(-1) ?? '') ?? []
    return { body: list.length > 1 ? list.shift() : list[0] }
  })
}

/** Every text that a terminal has shown in its progress line. */
const linesIn = (output: string): string[] =>
  output
    .split('\r\u001b[K')
    .slice(1)
    .map((text) => text.split(/\r?\n/)[0] ?? '')

describe('the progress of runs in the command line', () => {
  it.runIf(hasPseudoTerminal)('fetch shows how many of the messages found are examined, in one line', async () => {
    await using api = await apiWith({
      'run-1': [run('queued'), run('running'), run('running', halfway), run('done', complete)],
    })
    const options = ['--url', api.url, '--token-file', api.tokenFile]
    const { code, out } = await spawnCli([...options, 'fetch', '01JNBZ4ZQ0V7M3T9H2K5W8XACC'], {
      terminal: true,
    })
    expect(code, out).toBe(0)
    expect(linesIn(out)).toEqual([
      'Fetching… waiting to start',
      'Fetching… waiting to start',
      'Fetching… 0 of 0 messages, 0 stored',
      'Fetching… 1,240 of 5,000 messages, 1,200 stored',
      'Fetched 1 of 1 account, 4,960 messages',
    ])
    // The line before the table ends, so that the table begins on its own line.
    expect(out).toMatch(/Fetched 1 of 1 account, 4,960 messages\r?\nACCOUNT +RESULT/)
    for (const line of out.split('\r\u001b[K').flatMap((text) => text.split('\n')))
      expect(line.length).toBeLessThanOrEqual(100)
  })

  it.runIf(hasPseudoTerminal)(
    'fetch --all adds up the progress of all accounts and counts the finished ones',
    async () => {
      const large = { found: 5_000_000, stored: 1_000_000, left: 4_000_000 }
      await using api = await apiWith({
        'run-1': [run('running', halfway, 'run-1'), run('done', complete, 'run-1')],
        'run-2': [run('done', { found: 3, stored: 3 }, 'run-2')],
        'run-3': [run('queued', {}, 'run-3'), run('running', large, 'run-3'), run('done', large, 'run-3')],
      })
      const options = ['--url', api.url, '--token-file', api.tokenFile]
      const { out } = await spawnCli([...options, 'fetch', '--all'], { terminal: true })
      const lines = linesIn(out)
      expect(lines).toContain('Fetching… 1 of 3 accounts, 1,243 of 5,003 messages')
      expect(lines).toContain('Fetching… 2 of 3 accounts, 1,005,003 of 5,005,003 messages')
      for (const line of lines) expect(line.length).toBeLessThan(80)
    },
  )

  it.runIf(hasPseudoTerminal)('fetch shows how far the run is that it waits for', async () => {
    const waiting = { ...run('queued', {}, 'run-2'), queuedBehind: 'run-1' }
    await using api = await scriptedApi(({ method, path }): Answer => {
      if (method === 'POST')
        return { status: 202, body: { runs: [{ runId: 'run-2', accountId: run('queued').accountId }] } }
      if (path === '/runs/run-1') return { body: run('running', halfway) }
      return { body: api.asked.some(({ path }) => path === '/runs/run-1') ? run('done', complete, 'run-2') : waiting }
    })
    const options = ['--url', api.url, '--token-file', api.tokenFile]
    const { code, out } = await spawnCli([...options, 'fetch', '01JNBZ4ZQ0V7M3T9H2K5W8XACC'], {
      terminal: true,
    })
    expect(code, out).toBe(0)
    expect(linesIn(out)).toContain('Fetching… waiting for the run before it: 1,240 of 5,000 messages')
  })

  it.runIf(hasPseudoTerminal)('fetch says after Ctrl-C that the run goes on, and exits with code 130', async () => {
    await using api = await apiWith({ 'run-1': [run('running', halfway)] })
    const options = ['--url', api.url, '--token-file', api.tokenFile]
    const { code, out } = await spawnCli([...options, 'fetch', '01JNBZ4ZQ0V7M3T9H2K5W8XACC'], {
      terminal: true,
      answers: [{ after: '1,240 of 5,000', text: '\u0003' }],
    })
    expect(code, out).toBe(130)
    expect(out).toMatch(/1,200 stored.*\r?\nThe fetch goes on\. See how far it is: postmaster runs show run-1\r?\n$/)
  })

  it('fetch writes one line in a log, even if it stops waiting before the run ends', async () => {
    await using api = await apiWith({ 'run-1': [run('running', halfway)] })
    const { code, out, err } = await api.cli('fetch', '01JNBZ4ZQ0V7M3T9H2K5W8XACC', '--timeout', '1')
    expect(code).toBe(4)
    expect(err).toBe(
      'Fetched 0 of 1 account, 1,200 messages\n1 of 1 run is still running. See `postmaster runs show run-1`.\n',
    )
    expect(out).toBe('01JNBZ4ZQ0V7M3T9H2K5W8XACC\trunning\t5000\t1200\t40\t0\t3760\t0\t\t\n')
  })

  it('runs show prints the progress of a run that goes on, and the run that a queued one waits for', async () => {
    const shown = async (body: object) => {
      await using api = await scriptedApi(({ path }) => ({ body: path.includes('/messages') ? { items: [] } : body }))
      return (await api.cli('runs', 'show', '01JNBZ4ZQ0V7M3T9H2K5W8XRVN')).out
    }
    const running = await shown(run('running', halfway))
    expect(running).toContain('Account\t01JNBZ4ZQ0V7M3T9H2K5W8XACC\nState\trunning, 1,240 of 5,000 messages\n')
    expect(running).toContain('Messages\t5000 found = 1200 stored + 40 known + 0 skipped + 3760 left\n')
    expect(await shown({ ...run('queued'), queuedBehind: 'run-0\u001b[2J' })).toContain(
      'State\tqueued behind run run-0',
    )
    expect(await shown(run('queued'))).toContain('State\tqueued\n')
  })

  it('accounts show says which run goes on and how far it is', async () => {
    const shown = async (...items: object[]) => {
      await using api = await scriptedApi(({ path }) => ({
        body: path.includes('/runs?') ? { items } : accountAnswer(),
      }))
      return (await api.cli('accounts', 'show', '01JNBZ4ZQ0V7M3T9H2K5W8XACC')).out
    }
    expect(await shown(run('queued', {}, 'run-2'), run('running', halfway))).toMatch(
      /Fetching\trunning, 1,240 of 5,000 messages, run-1\n/,
    )
    expect(await shown(run('queued', {}, 'run-2'), run('queued'), run('done', complete, 'run-0'))).toMatch(
      /Fetching\tqueued, run-1\n/,
    )
    expect(await shown(run('done', complete))).not.toContain('Fetching')
  })
})
