import * as z from 'zod'
import { defaultMaxMessageSize } from '../../../lib/accounts/account.ts'
import { accountInputSchema } from '../../../lib/accounts/account-input.ts'
import { settingsOf } from '../../../lib/accounts/account-settings.ts'
import { accountTypeFacts } from '../../../lib/accounts/account-type.ts'
import type { DescribedAccount } from './described-account.ts'

/** The API's own fields; a queue goes by its name, because its id means nothing to another deployment. */
const fileAccountSchema = accountInputSchema
  .omit({ authentication: true, password: true, dispatching: true })
  .extend({ queue: z.string().min(1).optional() })
type FileAccount = z.output<typeof fileAccountSchema>

export const accountFileSchema = z.strictObject({ version: z.literal(1), accounts: z.array(fileAccountSchema) })

/** The account without its queue, which only the API can tell whether there is one. */
export const describedBy = ({ queue: _, ...account }: FileAccount): Omit<DescribedAccount, 'queue'> => {
  const { dispatching: _byToField, ...settings } = settingsOf({
    ...account,
    authentication: 'password',
    dispatching: { by: 'to-field' },
  })
  return settings
}

/** The account as a person would write it: defaults are left out. */
export const fileAccountOf = (account: DescribedAccount): z.input<typeof fileAccountSchema> => ({
  host: account.host,
  username: account.username,
  type: account.type,
  ...(account.port !== accountTypeFacts(account.type).defaultPort && { port: account.port }),
  ...(account.folder !== undefined && account.folder !== 'INBOX' && { folder: account.folder }),
  ...(account.queue && { queue: account.queue.name }),
  ...(account.trusted && { trusted: true }),
  ...(account.validity !== 'valid' && { validity: account.validity }),
  ...(account.afterFetch.action !== 'delete' && { afterFetch: account.afterFetch }),
  ...(account.maxMessageSize !== defaultMaxMessageSize && { maxMessageSize: account.maxMessageSize }),
  ...(account.tooLarge.action !== 'leave' && { tooLarge: account.tooLarge }),
  ...(account.startFrom !== 'everything' && { startFrom: account.startFrom }),
  ...(account.comment !== '' && { comment: account.comment }),
  ...(account.customCa !== undefined && { customCa: account.customCa }),
})
