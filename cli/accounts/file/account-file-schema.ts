import * as z from 'zod'
import { defaultMaxMessageSize } from '../../../lib/accounts/account.ts'
import { accountForms } from '../../../lib/accounts/input/account-input-schema.ts'
import { settingsOf } from '../../../lib/accounts/input/parse-account-input.ts'
import { accountTypeFacts } from '../../../lib/mailbox/account-type.ts'
import type { DescribedAccount } from './described-account.ts'

/** The API's fields, but with the names of queues and OAuth2 profiles, because ids are different in each deployment. */
const fileAccountSchema = accountForms.password
  .omit({ authentication: true, password: true, dispatching: true })
  .extend({
    queue: z.string().min(1).optional(),
    /** The profile for OAuth2. Without one, the account logs in with a password. */
    oauth2Profile: z.string().min(1).optional(),
    mailbox: accountForms.oauth2.shape.mailbox,
  })
type FileAccount = z.output<typeof fileAccountSchema>

export const accountFileSchema = z.strictObject({ version: z.literal(1), accounts: z.array(fileAccountSchema) })

/** @returns the account without its queue and profile, which must be looked up in the API */
export const describedBy = ({
  queue: _queue,
  oauth2Profile: _profile,
  mailbox,
  ...account
}: FileAccount): Omit<DescribedAccount, 'queue' | 'oauth2Profile'> => {
  const { dispatching: _byToField, ...settings } = settingsOf({
    ...account,
    authentication: 'password',
    dispatching: { by: 'to-field' },
  })
  return { ...settings, ...(mailbox !== undefined && mailbox !== account.username && { mailbox }) }
}

/** @returns the account as a person would write it, without default values */
export const fileAccountOf = (account: DescribedAccount): z.input<typeof fileAccountSchema> => ({
  host: account.host,
  username: account.username,
  ...(account.mailbox !== undefined && { mailbox: account.mailbox }),
  type: account.type,
  ...(account.oauth2Profile && { oauth2Profile: account.oauth2Profile.name }),
  ...(account.port !== accountTypeFacts[account.type].defaultPort && { port: account.port }),
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
