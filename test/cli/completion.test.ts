import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { buildProgram } from '../../cli/program.ts'
import { runCli } from './run-cli.ts'
import { silentOutput } from './silent-output.ts'

const scriptFor = async (shell: string) => (await runCli('completion', shell)).out

/** @returns the completions that bash offers for the last of these words */
const offered = async (...detail: string[]): Promise<string[]> => {
  const listed = `postmaster() { printf '%s\\tabout\\n' support@example.com 'Customer care' "asked:$*"; }`
  const ask = `COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _postmaster; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr, status } = spawnSync(
    'bash',
    ['--norc', '-c', `set -u; ${await scriptFor('bash')}\n${listed}\n${ask}`, 'bash', 'postmaster', ...detail],
    { encoding: 'utf8', timeout: 60_000 },
  )
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return stdout.split('\n').filter((line) => line !== '')
}

describe('postmaster completion', () => {
  it('the bash completion script completes commands, options and choices', async () => {
    const program = buildProgram(silentOutput)
    const names = program.commands.map((command) => command.name()).filter((name) => name !== 'complete')
    expect(await offered('')).toEqual(expect.arrayContaining(names))
    expect(await offered('compl')).toEqual(['completion'])
    expect(await offered('acc')).toEqual(['accounts'])
    expect(await offered('accounts', 'f')).toEqual(['folders'])
    expect(await offered('accounts', 'add', '--ty')).toEqual(['--type'])
    expect(await offered('accounts', 'add', '--type', 'POP3')).toEqual(['POP3', 'POP3S', 'POP3TLS'])
    expect(await offered('completion', 'z')).toEqual(['zsh'])
  })

  it('the bash completion script skips options, their values and ids', async () => {
    expect(await offered('--url', 'runs', 'accounts', 'sh')).toEqual(['show'])
    expect(await offered('accounts', 'edit', '01J', '--vali')).toEqual(['--validity'])
    expect(await offered('runs', 'list', '--url', 'x', '--sta')).toEqual(['--state'])
    expect(await offered('accounts', 'add', '--ca-file', 'package.js')).toEqual(['package.json'])
  })

  it('the bash completion script completes names and ids, for the API that the typed options choose', async () => {
    expect(await offered('accounts', 'show', 'supp')).toEqual(['support@example.com'])
    expect(await offered('queues', 'edit', 'Cust')).toEqual(['Customer\\ care'])
    expect(await offered('runs', 'list', '--account', 'as')).toEqual(['asked:complete\\ account'])
    expect(await offered('--url', 'https://a.example', 'deliveries', 'list', '--destination', 'as')).toEqual([
      'asked:--url\\ https://a.example\\ complete\\ destination',
    ])
    expect(await offered('accounts', 'show', '--js')).toEqual(['--json'])
  })

  it.each(['bash', 'zsh', 'fish'])('the completion script for %s contains every command and option', async (shell) => {
    const script = await scriptFor(shell)
    const program = buildProgram(silentOutput)
    for (const command of [...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
      expect(script).toContain(command.name())
      for (const { long } of command.options)
        expect(script).toContain(shell === 'fish' ? `-l ${String(long).slice(2)}` : String(long))
    }
    expect(script).not.toContain('undefined')
  })

  it('completion rejects an unknown shell', async () => {
    expect((await runCli('completion', 'cmd')).code).toBe(2)
  })
})

describe('--help', () => {
  const program = buildProgram(silentOutput)
  const leaves = program.commands.flatMap((command) => (command.commands.length > 0 ? command.commands : [command]))
  it.each(
    leaves.map((command) => [
      command.parent?.name() === 'postmaster' ? '' : (command.parent?.name() ?? ''),
      command.name(),
    ]),
  )('--help shows an example for: %s %s', async (...detail) => {
    const { code, out } = await runCli(...detail.filter((word) => word !== ''), '--help')
    expect(code).toBe(0)
    expect(out).toMatch(/Examples?:\n {2}\S/)
  })
})
