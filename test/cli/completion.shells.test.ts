import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from './run-cli.ts'
import { Terminal } from './terminal.ts'

const home = mkdtempSync(join(tmpdir(), 'postmaster-shells-'))
/** The names and ids that the program lists for each kind. */
const listed = `desk@example.com 'Customer care' 01JNBZ4ZQ0V7M3`
const prompt = 'ready> '
const file = (...path: string[]) => join(home, ...path)

beforeAll(async () => {
  for (const folder of ['zsh', 'zsh-sourced', 'fish/completions', 'work']) mkdirSync(file(folder), { recursive: true })
  for (const name of ['corp ca.pem', 'accounts.yaml']) writeFileSync(file('work', name), '')
  const script = async (shell: string) => (await runCli('completion', shell)).out
  const stub = `postmaster() { if [ "$1" = complete ]; then printf '%s\\tabout\\n' ${listed}; else printf 'RAN:'; printf '<%s>' "$@"; printf '\\n'; fi; }`
  writeFileSync(file('postmaster.bash'), await script('bash'))
  writeFileSync(file('bashrc'), `PS1='${prompt}'\n. ${file('postmaster.bash')}\n${stub}\n`)
  const zshrc = (more: string) => `PROMPT='${prompt}'\n${more}\n${stub}\n`
  writeFileSync(file('zsh', '_postmaster'), await script('zsh'))
  writeFileSync(file('zsh', '.zshrc'), zshrc(`fpath=(${file('zsh')} $fpath)\nautoload -U compinit; compinit -u -D`))
  const sourced = `autoload -U compinit; compinit -u -D\n. ${file('zsh', '_postmaster')}`
  writeFileSync(file('zsh-sourced', '.zshrc'), zshrc(sourced))
  writeFileSync(file('fish', 'completions', 'postmaster.fish'), await script('fish'))
  writeFileSync(
    file('fish', 'config.fish'),
    `function fish_prompt\n  printf '${prompt}'\nend\nfunction fish_greeting\nend\nfunction postmaster\n  if test "$argv[1]" = complete\n    printf '%s\\tabout\\n' ${listed}\n  else\n    printf 'RAN:'; printf '<%s>' $argv; printf '\\n'\n  end\nend\n`,
  )
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

/** Each shell is set up as in `postmaster completion --help`, with a `postmaster` that only shows its arguments. */
const shells = [
  { shell: 'bash', start: ['bash', '--rcfile', file('bashrc'), '-i'], env: {} },
  { shell: 'zsh', start: ['zsh', '-i'], env: { ZDOTDIR: file('zsh') } },
  { shell: 'zsh that reads the script itself', start: ['zsh', '-i'], env: { ZDOTDIR: file('zsh-sourced') } },
  // fish stores its history and variables in the data and cache folders.
  {
    shell: 'fish',
    start: ['fish', '-i'],
    env: { XDG_CONFIG_HOME: home, XDG_DATA_HOME: file('data'), XDG_CACHE_HOME: file('cache') },
  },
]

/** The typed text, including tabs, and the arguments that the program then receives. */
const lines: ReadonlyArray<readonly [string, readonly string[]]> = [
  ['acc\tfol\t', ['accounts', 'folders']],
  ['completion z\t', ['completion', 'zsh']],
  ['accounts add --type IMAPT\t--ho\tx', ['accounts', 'add', '--type', 'IMAPTLS', '--host', 'x']],
  ['accounts edit 01J --vali\tvalid', ['accounts', 'edit', '01J', '--validity', 'valid']],
  ['--url runs acc\tsh\t', ['--url', 'runs', 'accounts', 'show']],
  ['runs list --url x --sta\tdone', ['runs', 'list', '--url', 'x', '--state', 'done']],
  ['accounts add --ca-file corp\t--hos\tx', ['accounts', 'add', '--ca-file', 'corp ca.pem', '--host', 'x']],
  ['accounts apply acc\t--dry\t', ['accounts', 'apply', 'accounts.yaml', '--dry-run']],
  // Ids and names are not completed with file names.
  ['accounts show acc\t', ['accounts', 'show', 'acc']],
  ['accounts show de\t', ['accounts', 'show', 'desk@example.com']],
  ['queues edit Cus\t', ['queues', 'edit', 'Customer care']],
  ['runs list --account 01\t', ['runs', 'list', '--account', '01JNBZ4ZQ0V7M3']],
]

describe.each(shells)('completion in a real $shell', ({ start, env }) => {
  it('Tab completes the typed command', async () => {
    await using terminal = new Terminal(start, { env: { ...env, HOME: home }, cwd: file('work') })
    for (const [typed, args] of lines) {
      await terminal.until(prompt)
      terminal.type(`postmaster ${typed}\r`)
      await terminal.until('RAN:')
      expect(await terminal.until('\n'), typed).toBe(`${args.map((arg) => `<${arg}>`).join('')}\r`)
    }
  })

  it('pressing Tab twice lists the choices', async () => {
    await using terminal = new Terminal(start, { env: { ...env, HOME: home }, cwd: file('work') })
    await terminal.until(prompt)
    terminal.type('postmaster accounts \t\t')
    for (const name of ['folders', 'list']) await terminal.until(name)
  })
})
