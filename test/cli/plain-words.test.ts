import { describe, expect, it } from 'vitest'
import { messageOf } from '../support/messages.ts'
import { accountAnswer } from './account-answer.ts'
import { spawnCli } from './run-cli.ts'
import { scriptedApi } from './scripted-api.ts'

const accountId = '01JNBZ4ZQ0V7M3T9H2K5W8XACC'

describe('what the commands say', () => {
  it('accounts edit names the password as changed, and not the authentication that the API needs with it', async () => {
    await using api = await scriptedApi(() => ({ body: accountAnswer() }))
    const { out } = await spawnCli(
      [
        ...['--url', api.url, '--token-file', api.tokenFile, 'accounts', 'edit', accountId, '--comment', 'new'],
        '--password-stdin',
      ],
      { input: 'open sesame\n' },
    )
    expect(out).toContain('Changed support@example.com at mail.example.com: comment, password.\n')
    expect(api.asked.at(-1)?.body).toMatchObject({ authentication: 'password' })
  })

  it('accounts folders blames POP3 only if the account can log in', async () => {
    const folders = async (passed: boolean) => {
      await using api = await scriptedApi(() => ({ body: { passed, steps: [] } }))
      return await api.cli('accounts', 'folders', accountId)
    }
    expect(await folders(true)).toMatchObject({ code: 1, err: expect.stringContaining('POP3 has no folders.') })
    const failed = await folders(false)
    expect(failed).toMatchObject({ code: 1, err: expect.stringContaining('until the connection test passes') })
    expect(failed.err).not.toContain('POP3')
  })

  it('an empty list says that nothing matches only if it was filtered', async () => {
    await using api = await scriptedApi(() => ({ body: { items: [] } }))
    const list = async (...args: string[]) => (await api.cli(...args)).err
    expect(await list('accounts', 'list')).toBe(
      'There are no mail accounts. To add one, see `postmaster accounts add --help`.\n',
    )
    expect(await list('accounts', 'list', '--health', 'failing')).toBe('No mail accounts match.\n')
    expect(await list('runs', 'list', '--limit', '5')).toBe('There are no runs.\n')
    expect(await list('runs', 'list', '--from', 'yesterday')).toBe('No runs match.\n')
  })

  it('messages list shows erased messages as erased, not as messages without a subject', async () => {
    const message = messageOf('one', {
      state: 'erased',
      erased: { at: '2026-03-09T10:00:00.000Z', by: 'jane' },
      size: 10,
    })
    await using api = await scriptedApi(() => ({ body: { items: [message] } }))
    expect((await api.cli('messages', 'list')).out).toMatch(/\t\(erased\)\terased\t/)
  })
})
