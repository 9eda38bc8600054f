import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AgentApi } from './agent-api.ts'
import { type AgentFolder, agentOptions } from './agent-run.ts'

const build = fileURLToPath(new URL('../../../agent/build.mjs', import.meta.url))

/** Writes the one-file agent into its own folder. */
export const buildAgent = (): { readonly file: string; readonly remove: () => void } => {
  const folder = mkdtempSync(join(tmpdir(), 'pm-agent-bundle-'))
  execFileSync(process.execPath, [build, folder])
  return { file: join(folder, 'postmaster.cjs'), remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** The agent as a separate process, which can be killed. */
export class AgentProcess {
  readonly child: ChildProcess
  readonly ended: Promise<number | null>
  out = ''

  constructor(bundle: string, api: AgentApi, folder: AgentFolder, args: readonly string[], node = process.execPath) {
    this.child = spawn(node, [bundle, ...agentOptions(api, folder), ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.out += text
      })
    this.ended = once(this.child, 'close').then(() => this.child.exitCode)
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL')
    await this.ended
  }
}
