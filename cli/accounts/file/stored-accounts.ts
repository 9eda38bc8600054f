import type * as z from 'zod'
import { accountViewSchema } from '../../../lib/accounts/view/account-view.ts'
import type { ApiClient } from '../../api/client.ts'
import { CliError, exitCodes } from '../../terminal/cli-error.ts'
import { plain } from '../../terminal/text.ts'
import { accountName, byMailbox, type ProfileReference, type StoredAccount } from './described-account.ts'

/** The settings of an account. This is the API's own schema, because a field misread here would be written back. */
export const storedAccountSchema = accountViewSchema.pick({
  accountId: true,
  oauth2: true,
  mailbox: true,
  type: true,
  host: true,
  port: true,
  username: true,
  folder: true,
  trusted: true,
  dispatching: true,
  validity: true,
  comment: true,
  afterFetch: true,
  maxMessageSize: true,
  tooLarge: true,
  startFrom: true,
  customCa: true,
})

/** @throws CliError for an account whose queue or OAuth2 profile has been deleted */
export const storedAccountOf = ({
  dispatching,
  oauth2,
  ...fields
}: z.output<typeof storedAccountSchema>): StoredAccount => {
  const account = oauth2 ? { ...fields, oauth2Profile: profileOf(fields, oauth2) } : fields
  if (dispatching.by === 'to-field') return account
  const { queueId, queueName } = dispatching
  if (queueName === undefined)
    throw new CliError(
      `${plain(accountName(account))} (${account.accountId}) dispatches to a queue that has been deleted. Choose another queue with \`postmaster accounts edit\`.`,
      exitCodes.failed,
    )
  return { ...account, queue: { queueId, name: queueName } }
}

const profileOf = (
  account: Omit<z.output<typeof storedAccountSchema>, 'oauth2' | 'dispatching'>,
  { profileId, profileName }: NonNullable<z.output<typeof storedAccountSchema>['oauth2']>,
): ProfileReference => {
  if (profileName === undefined)
    throw new CliError(
      `The OAuth2 profile of ${plain(accountName(account))} (${account.accountId}) has been deleted. Choose another profile with \`postmaster accounts edit\`.`,
      exitCodes.failed,
    )
  return { profileId, name: profileName }
}

export const storedAccounts = async (api: ApiClient): Promise<StoredAccount[]> =>
  (await api.all('/accounts?limit=100', storedAccountSchema)).map(storedAccountOf).sort(byMailbox)
