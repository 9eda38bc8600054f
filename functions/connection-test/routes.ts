import * as z from 'zod'
import { accountFieldDocs } from '../../lib/accounts/fields/field-docs.ts'
import { accountInputSchema } from '../../lib/accounts/input/account-input-schema.ts'
import { testAccount, testChange, testDescription } from '../../lib/connection-tests/test-connection.ts'
import { connectionTestSchema } from '../../lib/mailbox/probe/connection-test.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { type Route, route } from '../shared/http/route.ts'

const accountId = z.string().min(1).max(64).meta(accountFieldDocs.accountId)
const params = { accountId: exampleIds.account }

export const connectionTestRoutes = (services: Parameters<typeof testAccount>[1]): Route[] => [
  route({
    method: 'POST',
    path: '/accounts/{accountId}/test',
    role: 'admin',
    params: z.strictObject({ accountId }),
    // The use case parses the body, as it does when an account is saved.
    body: z.record(z.string(), z.unknown()).optional(),
    documentedBody: accountInputSchema.optional(),
    operation: 'testAccount',
    summary: 'Test a stored mail account',
    description:
      `${testDescription}\n\nWithout a body, this tests the stored account. With a body, it tests the account that a PUT with this body would store. You may omit the ` +
      'password if the host stays the same and the type still encrypts. With OAuth2, the test uses the token of the stored consent if the consent still applies.',
    answers: {
      200: { description: 'The result of the test, whether it passed or failed.', body: connectionTestSchema },
    },
    problems: ['not-found'],
    examples: [
      { summary: 'A stored account', params, status: 200 },
      {
        summary: 'A change to an account, with its stored password',
        params,
        body: {
          type: 'IMAPS',
          authentication: 'password',
          username: 'support@example.com',
          host: 'mail.example.com',
          folder: 'Service desk',
        },
        status: 200,
      },
    ],
    access: ({ params: { accountId } }) => ({ action: 'test-account', accountId }),
    handle: async ({ params, body }) => {
      // Clients that always send JSON send `{}` instead of an empty body.
      const change = body && Object.keys(body).length > 0 ? body : undefined
      const tested = change ? testChange(params.accountId, change, services) : testAccount(params.accountId, services)
      return { status: 200, body: await tested }
    },
  }),
]
