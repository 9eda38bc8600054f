import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { main } from '../../cli/main.ts'

export const postmaster = fileURLToPath(new URL('../../cli/postmaster.mjs', import.meta.url))

export interface CliResult {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** One command line in this process. */
export const runCli = async (...args: string[]): Promise<CliResult> => {
  let [out, err] = ['', '']
  const code = await main(args, {
    out: (text) => {
      out += `${text}\n`
    },
    err: (text) => {
      err += text
    },
  })
  return { code, out, err }
}

interface SpawnOptions {
  /** Written to standard input, which is then closed. */
  readonly input?: string
  /** Written whenever the words appear in the output for the first time. */
  readonly answers?: ReadonlyArray<{ readonly after: string; readonly text: string }>
  readonly env?: Readonly<Record<string, string>>
  /** Hears standard output, piece by piece. */
  readonly onOut?: (text: string) => void
  /** Hears standard error, piece by piece. */
  readonly onErr?: (text: string) => void
  /** In a pseudo terminal of util-linux's `script`; standard error then comes with standard output. */
  readonly terminal?: boolean
}

const limitMs = 60_000
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** `script` is part of every Debian; elsewhere there is no pseudo terminal without a native module. */
export const hasPseudoTerminal = process.platform === 'linux' && spawnSync('script', ['--version']).error === undefined

/** One command line as a process of its own, as a shell starts it. */
export const spawnCli = (args: readonly string[], options: SpawnOptions = {}): Promise<CliResult> => {
  const line = [process.execPath, postmaster, ...args]
  const [command = '', ...rest] = options.terminal
    ? ['script', '--quiet', '--return', '--command', line.map(quoted).join(' '), '/dev/null']
    : line
  const { POSTMASTER_URL: _url, POSTMASTER_TOKEN_FILE: _file, ...inherited } = process.env
  const child = spawn(command, rest, {
    stdio: 'pipe',
    env: { ...inherited, NO_COLOR: '1', TERM: 'xterm', ...options.env },
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), limitMs)
  let [out, err] = ['', '']
  const open = [...(options.answers ?? [])]
  child.stdout.on('data', (chunk) => {
    out += String(chunk)
    options.onOut?.(String(chunk))
    const [next] = open
    if (next !== undefined && out.includes(next.after)) {
      open.shift()
      child.stdin.write(next.text)
    }
  })
  child.stderr.on('data', (chunk) => {
    err += String(chunk)
    options.onErr?.(String(chunk))
  })
  if (options.answers === undefined) child.stdin.end(options.input ?? '')
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve({ code, out, err })
    })
  })
}
