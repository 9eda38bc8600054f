import * as z from 'zod'
import { accountInputSchema } from '../../lib/accounts/input/account-input-schema.ts'
import { testDescription, testInput } from '../../lib/connection-tests/test-connection.ts'
import { connectionTestSchema } from '../../lib/mailbox/probe/connection-test.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { type Route, route } from '../shared/http/route.ts'

const testedSchema = connectionTestSchema
  .extend({
    receipt: z
      .string()
      .meta({
        description: 'Present if the test passed. You can create the account with this receipt for 15 minutes.',
        examples: ['01JNBZ4ZQ0V7M3T9H2K5W8XTST.f1ZkqvXH3cQ0u5mD8yB2sW6aT9eR4pL7nJ1gK0iVxYo'],
      })
      .optional(),
  })
  .meta({ id: 'NewAccountTest', description: 'The result of a connection test, with a receipt if the test passed.' })

export const unsavedTestRoutes = (services: Parameters<typeof testInput>[1]): Route[] => [
  route({
    method: 'POST',
    path: '/connection-test',
    role: 'admin',
    // The use case parses the body, as it does when an account is saved.
    body: z.record(z.string(), z.unknown()),
    documentedBody: accountInputSchema,
    operation: 'testConnection',
    summary: 'Test a mail account before saving it',
    description:
      `${testDescription}\n\nThe body is the account that you want to create. The function behind this route cannot read stored secrets: it logs in with the ` +
      'password in the body. If the test passes, the response contains a `receipt` with which you can create the account.\n\n' +
      'With OAuth2, the test covers every step up to TLS and skips the login, with the code `consent-missing` if a person has to consent first, or `not-saved` if the ' +
      'profile is app-only. To prove the login, save the account, and then connect or test it.',
    answers: { 200: { description: 'The result of the test, whether it passed or failed.', body: testedSchema } },
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
