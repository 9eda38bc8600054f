import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const bench = fileURLToPath(new URL('main.ts', import.meta.url))

// The speed on a busy machine is meaningless. The benchmark itself compares every byte and fails if one is wrong.
it.each(['imap', 'pop3'])('the benchmark measures how long it takes to empty a mailbox over %s', async (protocol) => {
  const args = ['--quick', '--rounds', '1', '--only', `${protocol},small,0ms,raw,postmaster`]
  const { stdout } = await promisify(execFile)(process.execPath, [bench, ...args])
  for (const client of ['raw socket client', 'Postmaster'])
    expect(stdout).toMatch(new RegExp(`│ ${client} +│ +200 │ +\\d+\\.\\d+ │ +\\d+\\.\\d+ │`))
})
