import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runCli, spawnCli } from './run-cli.ts'

describe('the program', () => {
  it.each([
    ['the program', []],
    ['a group', ['accounts']],
    ['a group within a group', ['oauth2', 'profiles']],
  ])('%s without a command prints its help as a result', async (_what, args) => {
    const { code, out, err } = await runCli(...args)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain(`Usage: ${['postmaster', ...args].join(' ')} [options] [command]`)
    expect(out).toBe((await runCli(...args, '--help')).out)
  })

  it.each([[['oauth2', 'profiles', 'list', '--nothing']], [['accounts', 'nothing']]])(
    'a wrong word is an error with exit code 2: %s',
    async (args) => {
      const { code, out, err } = await runCli(...args)
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err).toMatch(/error: unknown (option|command)/)
    },
  )

  it('--version prints the version of the package', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
    const { code, out, err } = await spawnCli(['--version'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(new RegExp(`^postmaster ${version.replaceAll('.', '\\.')}( \\([0-9a-f]{7,}\\))?\n$`))
  })
})
