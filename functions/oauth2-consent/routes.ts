import * as z from 'zod'
import { accountFieldDocs } from '../../lib/accounts/account-fields.ts'
import { type AskServices, askForConsent } from '../../lib/oauth2/consent/ask-for-consent.ts'
import type { TicketReader } from '../../lib/oauth2/consent/consent-store.ts'
import {
  consentIdField,
  consentLinkSchema,
  consentViewSchema,
  readConsent,
} from '../../lib/oauth2/consent/consent-view.ts'
import { longestReturnTo } from '../../lib/oauth2/consent/return-to.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { type Route, route } from '../shared/http/route.ts'

const accountId = z.string().min(1).max(64).meta(accountFieldDocs.accountId)

const wishSchema = z
  .strictObject({
    returnTo: z
      .string()
      .max(longestReturnTo)
      .meta({
        description:
          'A page that the last page links to: at or below one of the addresses in the deployment’s `ReturnToUrls`, written in the same way.',
        examples: ['https://desk.example.com/admin/mail'],
      })
      .optional(),
  })
  .meta({ description: 'May be left out.' })
  .optional()

const example = { params: { accountId: exampleIds.oauth2Account } }

/** Asking somebody to connect a mailbox, and seeing what became of it. */
export const consentRoutes = (services: AskServices & { readonly consents: TicketReader }): Route[] => [
  route({
    method: 'POST',
    path: '/accounts/{accountId}/oauth2/authorize',
    role: 'admin',
    params: z.strictObject({ accountId }),
    body: wishSchema,
    operation: 'authorizeAccount',
    summary: 'Ask somebody to connect an account',
    description:
      'Answers a link for the person whose mailbox it is: open it yourself, or send it to them. It leads over a page of ours to the provider, where they ' +
      'sign in and allow, and back. What they allowed is tried out at the mail server before it replaces what the account had, and then the account ' +
      'is fetched. An attempt that is given up or fails changes nothing, and the link can be used again until it has connected the account once or is a day old.\n\n' +
      'Accounts need it when they are new, and when their state is `re-authorization-needed`.',
    answers: { 201: { description: 'The link.', body: consentLinkSchema } },
    problems: ['not-found', 'consent-not-needed', 'oauth2-incomplete'],
    examples: [
      { summary: 'A link', ...example, status: 201 },
      {
        summary: 'A link whose last page leads back to the desk',
        ...example,
        body: { returnTo: 'https://desk.example.com/admin/mail' },
        status: 201,
      },
    ],
    handle: async ({ params, body, caller }) => ({
      status: 201,
      body: await askForConsent({ ...params, returnTo: body?.returnTo, by: caller }, services),
    }),
  }),
  route({
    method: 'GET',
    path: '/accounts/{accountId}/oauth2/consents/{consentId}',
    role: 'reader',
    params: z.strictObject({ accountId, consentId: consentIdField }),
    operation: 'readConsent',
    summary: 'Read what became of a link',
    description: 'For whoever waits until somebody has consented: whether they have, and why it failed if it did.',
    answers: { 200: { description: 'The link’s state.', body: consentViewSchema } },
    problems: ['not-found'],
    examples: [
      {
        summary: 'A link that was tried once',
        params: { ...example.params, consentId: exampleIds.consent },
        status: 200,
      },
    ],
    handle: async ({ params }) => ({
      status: 200,
      body: await readConsent(params.accountId, params.consentId, services),
    }),
  }),
]
