import * as z from 'zod'
import { accountFieldDocs } from '../../lib/accounts/account-fields.ts'
import { accountForms } from '../../lib/accounts/account-forms.ts'
import { testAccount, testInput } from '../../lib/connection-tests/test-connection.ts'
import { connectionTestSchema } from '../../lib/mailbox/probe/connection-test.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { type Route, route } from '../shared/http/route.ts'

const accountId = z.string().min(1).max(64).meta(accountFieldDocs.accountId)
/** Read by the use case, as for an account that is saved. */
const document = z.record(z.string(), z.unknown())

const changed = { accountId: accountId.optional() }
const testedSchema = z
  .discriminatedUnion('authentication', [
    accountForms.password.extend(changed).meta({
      id: 'PasswordConnectionTestInput',
      description: 'A mail account with a password as it would be sent, to be tried before it is.',
    }),
    accountForms.oauth2.extend(changed).meta({
      id: 'OAuth2ConnectionTestInput',
      description: 'A mail account with OAuth2 as it would be sent, to be tried before it is.',
    }),
  ])
  .meta({ id: 'ConnectionTestInput', description: 'A mail account as it would be sent, to be tried before it is.' })

const answers = {
  200: { description: 'What the test found, also when it failed.', body: connectionTestSchema },
}

const whatItDoes =
  'Resolves the name, checks the address, connects, encrypts, logs in, opens the folder and looks what waits there. A failed step says ' +
  'why and what to do. Nothing changes on the mail server: the folder is opened read-only, no message is read. Ends within 15 seconds; getting a token may take some more.'

const testedNewSchema = connectionTestSchema
  .extend({
    receipt: z
      .string()
      .meta({
        description: 'Of a new account that passed: valid for 15 minutes when it is created.',
        examples: ['01JNBZ4ZQ0V7M3T9H2K5W8XTST.f1ZkqvXH3cQ0u5mD8yB2sW6aT9eR4pL7nJ1gK0iVxYo'],
      })
      .optional(),
  })
  .meta({ id: 'NewAccountTest', description: 'What a connection test found, with a receipt when it passed.' })

export const connectionTestRoutes = (services: Parameters<typeof testInput>[1]): Route[] => [
  route({
    method: 'POST',
    path: '/accounts/{accountId}/test',
    role: 'admin',
    params: z.strictObject({ accountId }),
    operation: 'testAccount',
    summary: 'Test a stored mail account',
    description: whatItDoes,
    answers,
    problems: ['not-found'],
    examples: [{ summary: 'An account as it is stored', params: { accountId: exampleIds.account }, status: 200 }],
    handle: async ({ params }) => ({ status: 200, body: await testAccount(params.accountId, services) }),
  }),
  route({
    method: 'POST',
    path: '/connection-test',
    role: 'admin',
    body: document,
    documentedBody: testedSchema,
    operation: 'testConnection',
    summary: 'Test a mail account before saving it',
    description:
      `${whatItDoes}\n\nThe body is an account as it would be created. With \`accountId\` it is a change of that account, and the password may be ` +
      'left out as long as the host stays the same and the type goes on encrypting. Without it, a test that passes gives a `receipt` to create the account with.\n\n' +
      'With OAuth2 the token of the stored consent serves while it fits what is tested, or one of the profile itself where its grant is `client_credentials`. ' +
      'Where people have to consent first, everything up to TLS is tried and the login is skipped with the code `consent-missing`: such an account is saved, ' +
      'then connected, and connecting proves the login.',
    answers: { 200: { ...answers[200], body: testedNewSchema } },
    problems: ['not-found'],
    examples: [
      {
        summary: 'A new account',
        body: {
          type: 'IMAPS',
          authentication: 'password',
          username: 'sales@example.com',
          password: 'correct horse battery staple',
          host: 'mail.example.com',
        },
        status: 200,
      },
      {
        summary: 'A new account with OAuth2, up to the login',
        body: {
          type: 'IMAPS',
          authentication: 'oauth2',
          profileId: exampleIds.profile,
          username: 'jane@example.com',
          mailbox: 'desk@example.com',
        },
        status: 200,
      },
    ],
    handle: async ({ body }) => ({ status: 200, body: await testInput(body, services) }),
  }),
]
