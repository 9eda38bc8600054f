import { type Command, Option } from 'commander'
import * as z from 'zod'
import type { Account } from '../../lib/accounts/account.ts'
import { type AccountType, accountTypes } from '../../lib/mailbox/account-type.ts'
import { isoTimeOf } from '../../lib/text/printable.ts'
import type { ApiClient } from '../api/client.ts'
import { profileNamed, queueNamed } from '../api/find/by-name.ts'
import { readCa } from '../terminal/ca-file.ts'
import { CliError, exitCodes } from '../terminal/cli-error.ts'
import { validityOption, wholeNumber } from '../terminal/options.ts'
import type { AccountDraft } from './dialogue/settings/draft.ts'

/**
 * The options of `add` and `edit` for an account. Without an option, the API's default or the current value applies.
 */
export interface AccountOptions {
  readonly type?: AccountType
  readonly host?: string
  readonly username?: string
  readonly mailbox?: string
  readonly profile?: string
  readonly port?: number
  readonly folder?: string
  readonly trusted?: boolean
  readonly queue?: string
  readonly validity?: Account['validity']
  readonly comment?: string
  readonly afterFetch?: string
  readonly startFrom?: string
  readonly maxSize?: number
  readonly tooLarge?: string
  readonly caFile?: string
}

export const addAccountOptions = (command: Command): Command =>
  command
    .addOption(new Option('--type <type>', 'protocol and encryption').choices(accountTypes))
    .option('--host <name>', 'mail server')
    .option('--username <name>', 'user name on the mail server; with OAuth2, the user who gives consent')
    .option('--profile <profile>', 'log in with OAuth2, using this profile')
    .option('--mailbox <address>', 'with OAuth2, a shared mailbox; `-` for the user’s own mailbox')
    .option('--port <number>', 'port (default: the standard port of the type)', wholeNumber)
    .option('--folder <name>', 'IMAP folder (default: INBOX)')
    .option('--trusted', 'honour X-OTOBO-… headers in its mail')
    .option('--queue <queue>', 'dispatch everything to this queue; `-` to dispatch by the To field')
    .addOption(validityOption('whether the account is fetched'))
    .option('--comment <text>', 'note for other admins')
    .option('--after-fetch <what>', 'what to do with fetched messages on the server: delete, keep or move:FOLDER')
    .option(
      '--start-from <when>',
      'which mail to fetch: everything, new (only future mail), or mail since a day such as 2026-03-01',
    )
    .option('--max-size <bytes>', 'do not fetch larger messages', wholeNumber)
    .option('--too-large <what>', 'what to do with larger messages on the server: leave or move:FOLDER')
    .option(
      '--ca-file <file>',
      'PEM file of the authority that signed the server’s certificate; `-` for the system’s authorities',
    )

/** @returns the API's fields for these options, for a new account or as a merge patch (RFC 7396) */
export const fieldsOf = async (options: AccountOptions, api: ApiClient): Promise<AccountDraft> => {
  const { queue, profile, afterFetch, startFrom, maxSize, tooLarge, caFile, ...plainFields } = options
  const given: AccountDraft = {
    type: plainFields.type,
    host: plainFields.host,
    username: plainFields.username,
    mailbox: plainFields.mailbox === '-' ? null : plainFields.mailbox,
    authentication: profile === undefined ? undefined : 'oauth2',
    profileId: profile === undefined ? undefined : (await profileNamed(api, profile)).profileId,
    port: plainFields.port,
    folder: plainFields.folder,
    trusted: plainFields.trusted,
    validity: plainFields.validity,
    comment: plainFields.comment,
    maxMessageSize: maxSize,
    dispatching: queue === undefined ? undefined : await dispatchingOf(queue, api),
    afterFetch: afterFetch === undefined ? undefined : actionOf('--after-fetch', afterFetch, ['delete', 'keep']),
    startFrom: startFrom === undefined ? undefined : startOf(startFrom),
    tooLarge: tooLarge === undefined ? undefined : actionOf('--too-large', tooLarge, ['leave']),
    customCa: caFile === undefined ? undefined : caFile === '-' ? null : readCa(caFile),
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

const dispatchingOf = async (queue: string, api: ApiClient): Promise<Account['dispatching']> =>
  queue === '-' ? { by: 'to-field' } : { by: 'queue', queueId: (await queueNamed(api, queue)).queueId }

const actionOf = <Action extends string>(option: string, text: string, plainActions: readonly Action[]) => {
  const plainAction = plainActions.find((action) => action === text)
  if (plainAction !== undefined) return { action: plainAction }
  const [, folder] = /^move:(.+)$/.exec(text) ?? []
  if (folder === undefined)
    throw new CliError(`${option} must be one of ${[...plainActions, 'move:FOLDER'].join(', ')}.`, exitCodes.usage)
  return { action: 'move', folder } as const
}

const startOf = (text: string) => {
  const start = startFromOf(text)
  if (start === undefined)
    throw new CliError('--start-from must be everything, new, or a day such as 2026-03-01.', exitCodes.usage)
  return start
}

const sinceSchema = z.union([z.iso.datetime({ offset: true }), z.iso.date()])

/** @returns the API's `startFrom` for `everything`, `new`, a day or a time, and undefined for anything else */
export const startFromOf = (text: string): 'everything' | 'new' | { since: string } | undefined => {
  if (text === 'everything' || text === 'new') return text
  const since = sinceSchema.safeParse(text).success ? isoTimeOf(new Date(text)) : undefined
  return since === undefined ? undefined : { since }
}
