import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCli } from '../run-cli.ts'
import { type AgentApi, agentToken } from './agent-api.ts'

/** A folder with a token file, for the state, the commands and what they write. */
export class AgentFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'pm-agent-'))
  readonly state = join(this.path, 'state')
  readonly token = join(this.path, 'token')

  constructor() {
    writeFileSync(this.token, `${agentToken}\n`, { mode: 0o600 })
  }

  /** Writes an executable script for /bin/sh. */
  script(name: string, text: string): string {
    const file = join(this.path, name)
    writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 })
    return file
  }

  at(name: string): string {
    return join(this.path, name)
  }

  read(name: string): string {
    return readFileSync(this.at(name), 'utf8')
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

export const agentOptions = (api: AgentApi, folder: AgentFolder): string[] => [
  '--url',
  api.url,
  '--token-file',
  folder.token,
  'deliver',
  '--state',
  folder.state,
]

/** Runs the agent once, in this process. */
export const runOnce = (api: AgentApi, folder: AgentFolder, ...args: string[]) =>
  runCli(...agentOptions(api, folder), '--once', ...args)
