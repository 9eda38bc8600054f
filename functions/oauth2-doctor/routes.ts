import * as z from 'zod'
import { accountFieldDocs } from '../../lib/accounts/account-fields.ts'
import { examinationSchema } from '../../lib/oauth2/doctor/examination.ts'
import { type ExaminationServices, examine } from '../../lib/oauth2/doctor/examine.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { type Route, route } from '../shared/http/route.ts'

interface DoctorServices extends ExaminationServices {
  /** Ends what an examination is doing when the function itself has to. */
  readonly signal: () => AbortSignal
}

export const oauth2DoctorRoutes = (services: DoctorServices): Route[] => [
  route({
    method: 'POST',
    path: '/accounts/{accountId}/oauth2/doctor',
    role: 'admin',
    params: z.strictObject({ accountId: z.string().min(1).max(64).meta(accountFieldDocs.accountId) }),
    operation: 'examineAccount',
    summary: 'Find out what is wrong with an account’s OAuth2',
    description:
      'Goes from the settings over the provider’s endpoints, client secret, consent and token to the mail server, and says in one sentence what ' +
      'is wrong and what to do about it. A token is renewed on the way, as by any fetch; nothing else changes. Ends within 25 seconds.\n\n' +
      'Without a consent it still tells whether tenant, client id and client secret are right, so that nobody is sent to a page that cannot work.',
    answers: { 200: { description: 'What was found, also when something is wrong.', body: examinationSchema } },
    problems: ['not-found'],
    examples: [
      {
        summary: 'An account that logs in with a password',
        params: { accountId: exampleIds.account },
        status: 200,
      },
    ],
    handle: async ({ params }) => ({
      status: 200,
      body: await examine(params.accountId, services, services.signal()),
    }),
  }),
]
