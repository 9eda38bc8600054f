import { describe, expect, it } from 'vitest'
import { accountAnswer } from './account-answer.ts'
import { scriptedApi } from './scripted-api.ts'

const failing = {
  state: 'failing',
  detail: 'Failing since 2026-03-02 07:40 UTC, 3 runs in a row. The server rejected the user name or password.',
  since: '2026-03-02T07:40:03.120Z',
  code: 'credentials-rejected',
  remedy: 'Check user name\u001b[31m and password.',
  nextTryAt: '2026-03-02T08:20:00.000Z',
  nextTryWhy: 'After 3 failures in a row, Postmaster waits 20 minutes.',
  oldestWaitingAt: '2026-03-01T10:00:00.000Z',
}

/** An API with one account that is not being fetched. */
const apiOf = (health: object) =>
  scriptedApi(({ path }) => ({ body: path.includes('/runs') ? { items: [] } : accountAnswer({ health }) }))

describe('account health in the command line', () => {
  it('accounts list shows the health of accounts and filters by it', async () => {
    await using api = await scriptedApi(() => ({ body: { items: [accountAnswer({ health: failing })] } }))
    const { code, out } = await api.terminal(100, 'accounts', 'list', '--health', 'failing')
    expect(code).toBe(0)
    expect(api.asked[0]?.path).toBe('/accounts?limit=100&health=failing')
    expect(out).toMatch(
      /^ID .* HEALTH +LAST FETCH .*\n.* failing +never .*\n {2}Failing since 2026-03-02 07:40 UTC, [^…]*\n {2}[^…]*\n$/,
    )
    expect((await api.cli('accounts', 'list', '--health', 'splendid')).code).toBe(2)
    expect(api.asked).toHaveLength(1)
  })

  it('accounts show prints the health with the remedy, the next attempt and the reason for its time', async () => {
    await using api = await apiOf(failing)
    const { out } = await api.terminal(1000, 'accounts', 'show', '01JNBZ4ZQ0V7M3T9H2K5W8XACC')
    expect(out).toMatch(/Health +failing: Failing since 2026-03-02 07:40 UTC, 3 runs/)
    expect(out).toMatch(/What to do +Check user name/)
    expect(out).toMatch(/Next try +2026-03-02T08:20:00\.000Z: After 3 failures in a row, Postmaster waits 20 minutes\./)
    expect(out).toMatch(/Oldest waiting +2026-03-01T10:00/)
    expect(out).not.toContain('\u001b')
  })

  it('accounts show lists every warning with its remedy, and the time since which no mail has arrived', async () => {
    const warning = { code: 'too-large', detail: '2 messages are too large.', remedy: 'Raise `maxMessageSize`.' }
    const health = {
      state: 'warning',
      detail: warning.detail,
      warnings: [warning],
      nothingSince: '2026-02-27T16:02:11.000Z',
    }
    await using api = await apiOf(health)
    const { out } = await api.terminal(1000, 'accounts', 'show', '01JNBZ4ZQ0V7M3T9H2K5W8XACC')
    expect(out).toMatch(/Warning +2 messages are too large\. Raise `maxMessageSize`\. \[too-large\]/)
    expect(out).toMatch(/No mail since +2026-02-27T16:02:11/)
  })
})
