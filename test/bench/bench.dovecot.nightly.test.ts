import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const bench = fileURLToPath(new URL('main.ts', import.meta.url))

// How fast it is on a busy machine says nothing: the benchmark itself compares every byte, and fails when one is wrong.
it.each(['imap', 'pop3'])('the benchmark still measures how a mailbox is emptied over %s', async (protocol) => {
  const args = ['--quick', '--rounds', '1', '--only', `${protocol},small,0ms,raw,postmaster`]
  const { stdout } = await promisify(execFile)(process.execPath, [bench, ...args])
  for (const client of ['raw socket client', 'Postmaster'])
    expect(stdout).toMatch(new RegExp(`│ ${client} +│ +200 │ +\\d+\\.\\d+ │ +\\d+\\.\\d+ │`))
})
