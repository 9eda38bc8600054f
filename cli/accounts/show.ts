import { Command } from 'commander'
import * as z from 'zod'
import { isOpen } from '../../lib/runs/run.ts'
import {
  type AccountAnswer,
  accountAnswerSchema,
  mailboxOf,
  type RunAnswer,
  runAnswerSchema,
  stateOf,
} from '../api/answers.ts'
import { connected } from '../api/client.ts'
import { accountArgument, accountIdOf } from '../api/find/accounts.ts'
import { accountPath } from '../api/paths.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { type JsonFields, printJson, withJson } from '../terminal/json-fields.ts'
import { printDescribed } from '../terminal/layout/described.ts'

export const showAccountCommand = (output: CommandOutput): Command =>
  withJson(new Command('show'), accountAnswerSchema)
    .description('show the settings and the health of a mail account')
    .argument('<account>', accountArgument)
    .addHelpText('after', '\nExample:\n  postmaster accounts show support@example.com')
    .action(async (named: string, { json }: { json?: JsonFields }, command: Command) => {
      const api = connected(command)
      const path = accountPath(await accountIdOf(api, named))
      const account = await api.get(path, accountAnswerSchema)
      if (json) return printJson(output, account, json)
      const { items } = await api.get(`${path}/runs?limit=${lastRuns}`, runsSchema)
      printAccount(output, account, items.find(({ state }) => state === 'running') ?? items.findLast(isOpen))
    })

/** Enough to find the run in progress, because few runs of an account wait behind it. */
const lastRuns = 10
const runsSchema = z.object({ items: z.array(runAnswerSchema) })

/** @param open the account's run that is in progress, or the next one that waits */
const printAccount = (output: CommandOutput, account: AccountAnswer, open: RunAnswer | undefined): void => {
  const { status, dispatching, afterFetch, health, oauth2 } = account
  const next = health.nextTryWhy === undefined ? health.nextTryAt : `${health.nextTryAt}: ${health.nextTryWhy}`
  printDescribed(output, [
    ['Account', `${mailboxOf(account)} at ${account.host}:${account.port}, ${account.type}`],
    ['Id', account.accountId],
    ['Login', oauth2 && `OAuth2 as ${account.username}, profile ${oauth2.profileName ?? '?'}`],
    ['OAuth2', oauth2 && `${oauth2.state}: ${oauth2.detail}`, 'state'],
    ['Consent requested by', oauth2?.requestedBy],
    ['OAuth2 until', oauth2?.expiresAt],
    ['Folder', account.folder],
    ['Validity', account.validity, 'state'],
    ['Trusted', account.trusted ? 'yes: X-OTOBO-… headers are honoured' : 'no'],
    ['Dispatching', dispatching.by === 'queue' ? `everything to queue ${dispatching.queueName ?? '?'}` : 'by To field'],
    ['After fetch', afterFetch.action === 'move' ? `move to ${afterFetch.folder}` : afterFetch.action],
    ['Starts from', account.startsAt],
    ['Size limit', `${account.maxMessageSize} bytes`],
    ['Custom CA', account.customCa === undefined ? undefined : 'set; replaces the system’s certificate authorities'],
    ['Comment', account.comment],
    ['Created', `${account.createdAt} by ${account.createdBy}`],
    ['Changed', `${account.changedAt} by ${account.changedBy}`],
    ['Health', healthOf(health, open), 'state'],
    ...(health.warnings ?? []).map(({ code, detail, remedy }) => ['Warning', `${detail} ${remedy} [${code}]`] as const),
    ['What to do', health.warnings ? undefined : health.remedy],
    [health.state === 'failing' ? 'Next try' : 'Next fetch', next],
    ['Fetching', open && `${stateOf(open)}, ${open.runId}`, 'state'],
    ['Last run', status.lastRun && `${status.lastRun.state}, ${status.lastRun.runId}`, 'state'],
    ['Last error', health.state === 'failing' ? undefined : status.lastError?.detail],
    ['Last success', status.lastSuccessAt],
    ['No mail since', health.nothingSince],
    ['Oldest waiting', health.oldestWaitingAt],
  ])
}

const healthOf = (health: AccountAnswer['health'], open: RunAnswer | undefined): string => {
  if (isSaidBelow(health)) return health.state
  // The text of the API says that the fetch starts soon.
  if (health.state === 'waiting' && open?.state === 'running') return 'waiting: The fetch in progress decides about it.'
  return `${health.state}: ${health.detail}`
}

/** A single warning repeats the text of the health. */
const isSaidBelow = ({ detail, warnings = [] }: AccountAnswer['health']): boolean =>
  warnings.some((warning) => warning.detail === detail)
