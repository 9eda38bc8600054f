import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { main } from '../cli/main.ts'
import { replacePrivateFile } from '../local/common/private-file.ts'

/** An agent that fills a Maildir. */
export interface SampleAgent {
  readonly maildir: string
  /** The number of mails that are now in the Maildir. */
  count(): number
  stop(): Promise<void>
}

/** Milliseconds between two requests. */
const pause = 2_000

/** Starts `postmaster deliver` in this process. @param token a new token of the destination */
export const startSampleAgent = async (apiUrl: string, token: string, data: string): Promise<SampleAgent> => {
  const maildir = join(data, 'sample-maildir')
  const tokenFile = join(data, 'sample-agent-token')
  await replacePrivateFile(tokenFile, token)
  const settings = ['--url', apiUrl, '--token-file', tokenFile]
  const receiver = ['--maildir', maildir, '--state', join(data, 'sample-agent')]
  const problems: string[] = []
  const output = { out: () => undefined, err: (text: string) => void problems.push(text) }
  const stopped = new AbortController()
  const work = async () => {
    while (!stopped.signal.aborted) {
      await main([...settings, 'deliver', '--once', '--quiet', ...receiver], output)
      if (problems.length > 0 && !stopped.signal.aborted) console.error(problems.splice(0).join(''))
      await sleep(pause, undefined, { signal: stopped.signal }).catch(() => undefined)
    }
  }
  const working = work()
  return {
    maildir,
    count: () => (existsSync(join(maildir, 'new')) ? readdirSync(join(maildir, 'new')).length : 0),
    stop: async () => {
      stopped.abort()
      await working
    },
  }
}
