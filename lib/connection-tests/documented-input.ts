import * as z from 'zod'
import { accountForms } from '../accounts/input/account-forms.ts'

/** The account that callers send for a test. The use cases parse it in the same way as an account to be saved. */
export const accountInputSchemaDocs = z
  .discriminatedUnion('authentication', [
    accountForms.password.meta({
      id: 'PasswordConnectionTestInput',
      description: 'A mail account with a password, in the form in which it is saved.',
    }),
    accountForms.oauth2.meta({
      id: 'OAuth2ConnectionTestInput',
      description: 'A mail account with OAuth2, in the form in which it is saved.',
    }),
  ])
  .meta({ id: 'ConnectionTestInput', description: 'A mail account, in the form in which it is saved.' })

export const testDescription =
  'Resolves the host name, checks the address, connects, encrypts, logs in, opens the folder and counts the waiting mail. A failed step contains its ' +
  'cause and its remedy. The test does not change anything on the mail server: it opens the folder read-only and does not read messages. The test ends within 15 seconds, but getting a token may take longer.'
