import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { main } from '../../cli/main.ts'

export const postmaster = fileURLToPath(new URL('../../cli/postmaster.mjs', import.meta.url))

export interface CliResult {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs a command line in this process, whose output is not a terminal. */
export const runCli = (...args: string[]): Promise<CliResult> => runCliAt(undefined, ...args)

/** Runs a command line in this process, as on a terminal of this width. */
export const runCliAt = async (columns: number | undefined, ...args: string[]): Promise<CliResult> => {
  let [out, err] = ['', '']
  const code = await main(args, {
    columns,
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
  /** The text to write to standard input before closing it. */
  readonly input?: string
  /** Answers in order. Each is written when its `after` text appears in the output. */
  readonly answers?: ReadonlyArray<{ readonly after: string; readonly text: string }>
  readonly env?: Readonly<Record<string, string>>
  /** Receives standard output in chunks. */
  readonly onOut?: (text: string) => void
  /** Receives standard error in chunks. */
  readonly onErr?: (text: string) => void
  /** Runs in a pseudo terminal of util-linux's `script`, which mixes standard error into standard output. */
  readonly terminal?: boolean
}

const limitMs = 60_000
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** `script` is part of every Debian system. Other systems need a native module for a pseudo terminal. */
export const hasPseudoTerminal = process.platform === 'linux' && spawnSync('script', ['--version']).error === undefined

/** Runs a command line in a separate process, as a shell does. */
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
