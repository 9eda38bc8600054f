import { setTimeout as sleep } from 'node:timers/promises'
import { Command } from 'commander'
import * as z from 'zod'
import { accountPath } from '../account-path.ts'
import type { ApiClient } from '../api-client.ts'
import { CliError, exitCodes } from '../cli-error.ts'
import { connected } from '../connected.ts'
import { isLoopback } from '../loopback.ts'
import { wholeNumber } from '../number-option.ts'
import type { CommandOutput } from '../output.ts'
import { plain } from '../plain.ts'

const linkSchema = z.looseObject({ consentId: z.string(), url: z.url(), expiresAt: z.string() })
const consentSchema = z.looseObject({
  state: z.string(),
  attempts: z.int(),
  lastFailure: z.looseObject({ words: z.string(), remedy: z.string(), at: z.string() }).optional(),
})
const accountSchema = z.looseObject({ oauth2: z.looseObject({ words: z.string() }).optional() })

/** Milliseconds between two looks: a person needs longer than that to press a button. */
const pause = 2_000

interface ConnectOptions {
  readonly wait: boolean
  readonly timeout: number
}

const help = `
Prints an address. Open it in the browser in which the mailbox's owner signs in, or send it to them: it works for 24 hours
and connects the account once. Then waits until somebody has consented, and says what came of it. What was fetched before,
and the consent before, stay in force until the new one works.

Examples:
  postmaster oauth2 connect 01J…
  postmaster oauth2 connect 01J… --no-wait`

export const connectCommand = ({ out, err }: CommandOutput): Command =>
  new Command('connect')
    .description('get somebody’s consent for an account: prints the address to open, and waits')
    .argument('<account-id>', 'see `postmaster accounts list`')
    .option('--no-wait', 'only print the address')
    .option('--timeout <seconds>', 'stop waiting after this; the address goes on working', wholeNumber, 900)
    .addHelpText('after', help)
    .action(async (accountId: string, { wait, timeout }: ConnectOptions, command: Command) => {
      const api = connected(command)
      const { consentId, url, expiresAt } = await api.post(`${accountPath(accountId)}/oauth2/authorize`, {}, linkSchema)
      if (!wait) return out(plain(url))
      const where = isLoopback(new URL(url).hostname) ? ' on this machine' : ', or send it to the mailbox’s owner'
      err(`Open this address in a browser${where}. It works until ${plain(expiresAt)}.\n\n`)
      out(plain(url))
      err('\nWaiting for the consent… (Ctrl-C stops waiting; the address goes on working)\n')
      const consent = `${accountPath(accountId)}/oauth2/consents/${encodeURIComponent(consentId)}`
      await followConsent(api, consent, timeout * 1000, err)
      const { oauth2 } = await api.get(accountPath(accountId), accountSchema)
      out(plain(oauth2?.words ?? 'Connected.'))
      out(`See what its first fetch brings: postmaster runs list --account ${plain(accountId)}`)
    })

/** Says each failed attempt once. @throws CliError when the link or our patience ends */
const followConsent = async (api: ApiClient, path: string, timeout: number, say: CommandOutput['err']) => {
  const until = Date.now() + timeout
  let told: string | undefined
  for (;;) {
    const { state, lastFailure } = await api.get(path, consentSchema)
    if (lastFailure && lastFailure.at !== told && state !== 'connected') {
      told = lastFailure.at
      say(
        `An attempt failed: ${plain(lastFailure.words)}\n${plain(lastFailure.remedy)}\nThe address can be used again.\n`,
      )
    }
    if (state === 'connected') return
    if (state === 'expired')
      throw new CliError('Nobody has consented, and the address has expired. Ask for a new one.', exitCodes.failed)
    if (Date.now() >= until)
      throw new CliError(
        'Nobody has consented yet; the address goes on working. Nothing has changed.',
        exitCodes.failed,
      )
    await sleep(Math.max(0, Math.min(pause, until - Date.now())))
  }
}
