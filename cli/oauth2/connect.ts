import { setTimeout as sleep } from 'node:timers/promises'
import { Command } from 'commander'
import { consentLinkSchema, consentViewSchema } from '../../lib/oauth2/consent/consent-view.ts'
import { accountAnswerSchema } from '../api/answers.ts'
import type { ApiClient } from '../api/client.ts'
import { connected } from '../api/client.ts'
import { accountArgument, accountIdOf } from '../api/find/accounts.ts'
import { accountPath, isLoopback } from '../api/paths.ts'
import { tolerant } from '../api/tolerant.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { CliError, exitCodes } from '../terminal/cli-error.ts'
import { wholeNumber } from '../terminal/options.ts'
import { plain } from '../terminal/text.ts'

/** Milliseconds between two requests, which is less than a person needs to press a button. */
const pause = 2_000

interface ConnectOptions {
  readonly wait: boolean
  readonly timeout: number
}

const help = `
Prints a link. Open it in the browser in which the mailbox's owner signs in, or send it to the owner. The link is valid for
24 hours and connects the account once. The command then waits for consent and shows the result. An earlier consent remains
in use until the new one works, so fetching continues.

Examples:
  postmaster oauth2 connect support@example.com
  postmaster oauth2 connect support@example.com --no-wait`

export const connectCommand = ({ out, err }: CommandOutput): Command =>
  new Command('connect')
    .description('print a link for connecting an account, and wait for consent')
    .argument('<account>', accountArgument)
    .option('--no-wait', 'only print the link')
    .option('--timeout <seconds>', 'how long to wait; the link remains valid afterwards', wholeNumber, 900)
    .addHelpText('after', help)
    .action(async (named: string, { wait, timeout }: ConnectOptions, command: Command) => {
      const api = connected(command)
      const accountId = await accountIdOf(api, named)
      const { consentId, url, expiresAt } = await api.post(
        `${accountPath(accountId)}/oauth2/authorize`,
        {},
        consentLinkSchema,
      )
      if (!wait) return out(plain(url))
      const where = isLoopback(new URL(url).hostname) ? ' on this machine' : ', or send it to the mailbox’s owner'
      err(`Open this link in a browser${where}. It is valid until ${plain(expiresAt)}.\n\n`)
      out(plain(url))
      err('\nWaiting for consent… Press Ctrl-C to stop waiting. The link remains valid.\n')
      const consent = `${accountPath(accountId)}/oauth2/consents/${encodeURIComponent(consentId)}`
      await followConsent(api, consent, timeout * 1000, err)
      const { oauth2 } = await api.get(accountPath(accountId), accountAnswerSchema)
      out(plain(oauth2?.detail ?? 'Connected.'))
      out(`See the result of the first fetch with: postmaster runs list --account ${plain(accountId)}`)
    })

/** Waits for consent and reports each failed attempt once. @throws CliError if the link expires or the time is up */
const followConsent = async (api: ApiClient, path: string, timeout: number, say: CommandOutput['err']) => {
  const until = Date.now() + timeout
  let told: string | undefined
  for (;;) {
    const { state, lastFailure } = await api.get(path, tolerant(consentViewSchema))
    if (lastFailure && lastFailure.at !== told && state !== 'connected') {
      told = lastFailure.at
      say(
        `An attempt failed: ${plain(lastFailure.detail)}\n${plain(lastFailure.remedy)}\nThe link can be used again.\n`,
      )
    }
    if (state === 'connected') return
    if (state === 'expired')
      throw new CliError(
        'The link expired before anyone gave consent. Run this command again to get a new link.',
        exitCodes.failed,
      )
    if (Date.now() >= until)
      throw new CliError(
        'Consent has not been given yet. The link remains valid, and nothing has changed.',
        exitCodes.failed,
      )
    await sleep(Math.max(0, Math.min(pause, until - Date.now())))
  }
}
