import * as z from 'zod'
import { accountForms } from '../accounts/account-forms.ts'

/** What callers send to try an account out; the use cases read it as for an account that is saved. */
export const accountInputSchemaDocs = z
  .discriminatedUnion('authentication', [
    accountForms.password.meta({
      id: 'PasswordConnectionTestInput',
      description: 'A mail account with a password as it would be saved.',
    }),
    accountForms.oauth2.meta({
      id: 'OAuth2ConnectionTestInput',
      description: 'A mail account with OAuth2 as it would be saved.',
    }),
  ])
  .meta({ id: 'ConnectionTestInput', description: 'A mail account as it would be saved.' })

export const testDescription =
  'Resolves the name, checks the address, connects, encrypts, logs in, opens the folder and counts the mail that waits there. A failed step names its ' +
  'cause and its remedy. Nothing changes on the mail server: the folder is opened read-only, and no message is read. The test ends within 15 seconds; getting a token may take longer.'
