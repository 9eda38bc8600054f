import * as z from 'zod'
import { accountFieldDocs } from '../../lib/accounts/fields/field-docs.ts'
import { examinationSchema } from '../../lib/oauth2/doctor/examination.ts'
import { type ExaminationServices, examine } from '../../lib/oauth2/doctor/examine.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { type Route, route } from '../shared/http/route.ts'

interface DoctorServices extends ExaminationServices {
  /** Aborts the examination shortly before the function itself is stopped. */
  readonly signal: () => AbortSignal
}

export const oauth2DoctorRoutes = (services: DoctorServices): Route[] => [
  route({
    method: 'POST',
    path: '/accounts/{accountId}/oauth2/doctor',
    role: 'admin',
    params: z.strictObject({ accountId: z.string().min(1).max(64).meta(accountFieldDocs.accountId) }),
    operation: 'examineAccount',
    summary: 'Diagnose an account’s OAuth2 setup',
    description:
      'Checks the settings, the provider’s endpoints, the client secret, the consent, the token and the mail server in this order. The response ' +
      'states in one sentence what is wrong and what to do about it. Like a fetch, this may refresh the token. Nothing else changes. It ends within 25 seconds.\n\n' +
      'Even without a consent, it checks the tenant, client id and client secret, so that you can fix these before you ask a person for consent.',
    answers: { 200: { description: 'The findings, even if something is wrong.', body: examinationSchema } },
    problems: ['not-found'],
    examples: [
      {
        summary: 'An account that logs in with a password',
        params: { accountId: exampleIds.account },
        status: 200,
      },
    ],
    access: ({ params: { accountId } }) => ({ action: 'examine-account', accountId }),
    handle: async ({ params }) => ({
      status: 200,
      body: await examine(params.accountId, services, services.signal()),
    }),
  }),
]
