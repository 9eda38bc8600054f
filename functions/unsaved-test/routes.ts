import * as z from 'zod'
import { accountInputSchemaDocs, testDescription } from '../../lib/connection-tests/documented-input.ts'
import { testInput } from '../../lib/connection-tests/test-input.ts'
import { connectionTestSchema } from '../../lib/mailbox/probe/connection-test.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { type Route, route } from '../shared/http/route.ts'

const testedSchema = connectionTestSchema
  .extend({
    receipt: z
      .string()
      .meta({
        description: 'Given for an account that passed: creating the account takes it for 15 minutes.',
        examples: ['01JNBZ4ZQ0V7M3T9H2K5W8XTST.f1ZkqvXH3cQ0u5mD8yB2sW6aT9eR4pL7nJ1gK0iVxYo'],
      })
      .optional(),
  })
  .meta({ id: 'NewAccountTest', description: 'What a connection test found, with a receipt if it passed.' })

export const unsavedTestRoutes = (services: Parameters<typeof testInput>[1]): Route[] => [
  route({
    method: 'POST',
    path: '/connection-test',
    role: 'admin',
    // Read by the use case, as for an account that is saved.
    body: z.record(z.string(), z.unknown()),
    documentedBody: accountInputSchemaDocs,
    operation: 'testConnection',
    summary: 'Test a mail account before saving it',
    description:
      `${testDescription}\n\nThe body is an account as it would be created. The function that answers cannot read any stored secret: it logs in with the ` +
      'password in the body. A test that passes gives a `receipt` to create the account with.\n\n' +
      'With OAuth2, everything up to TLS is tried and the login is skipped, with the code `consent-missing` if a person has to consent first, and `not-saved` if the ' +
      'profile lets the application itself in. Save the account, then connect it or test it: that proves the login.',
    answers: { 200: { description: 'What the test found, also if it failed.', body: testedSchema } },
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
