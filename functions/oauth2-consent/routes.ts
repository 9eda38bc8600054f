import * as z from 'zod'
import { accountFieldDocs } from '../../lib/accounts/fields/field-docs.ts'
import { type AskServices, askForConsent } from '../../lib/oauth2/consent/ask-for-consent.ts'
import type { ConsentStore } from '../../lib/oauth2/consent/consent-store.ts'
import { longestReturnTo } from '../../lib/oauth2/consent/consent-urls.ts'
import {
  consentIdField,
  consentLinkSchema,
  consentViewSchema,
  readConsent,
} from '../../lib/oauth2/consent/consent-view.ts'
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
          'The URL that the final page links to. It must be one of the URLs in the deployment’s `ReturnToUrls` or a subpath of one, in the same spelling.',
        examples: ['https://desk.example.com/admin/mail'],
      })
      .optional(),
  })
  .meta({ description: 'Optional.' })
  .optional()

const example = { params: { accountId: exampleIds.oauth2Account } }

/** Routes that create consent links and read their state. */
export const consentRoutes = (
  services: AskServices & { readonly consents: Pick<ConsentStore, 'readTicket'> },
): Route[] => [
  route({
    method: 'POST',
    path: '/accounts/{accountId}/oauth2/authorize',
    role: 'admin',
    params: z.strictObject({ accountId }),
    body: wishSchema,
    operation: 'authorizeAccount',
    summary: 'Create a link to connect an account',
    description:
      'Returns a link for the mailbox’s owner. Open it yourself, or send it to them. The link opens a Postmaster page and continues to the provider, where the person ' +
      'signs in and gives consent. Postmaster tests the new access on the mail server before it replaces the account’s current access, and then fetches the account. ' +
      'An attempt that is abandoned or fails changes nothing. The link works until it has connected the account once, or for 24 hours.\n\n' +
      'Use it for new accounts and for accounts whose state is `re-authorization-needed`.',
    answers: { 201: { description: 'The link.', body: consentLinkSchema } },
    problems: ['not-found', 'consent-not-needed', 'oauth2-incomplete'],
    examples: [
      { summary: 'A link', ...example, status: 201 },
      {
        summary: 'A link whose final page leads back to the desk',
        ...example,
        body: { returnTo: 'https://desk.example.com/admin/mail' },
        status: 201,
      },
    ],
    handle: async ({ params, body, caller }) => ({
      status: 201,
      body: await askForConsent(services, { ...params, returnTo: body?.returnTo, by: caller }),
    }),
  }),
  route({
    method: 'GET',
    path: '/accounts/{accountId}/oauth2/consents/{consentId}',
    role: 'reader',
    params: z.strictObject({ accountId, consentId: consentIdField }),
    operation: 'readConsent',
    summary: 'Read the state of a consent link',
    description:
      'Returns whether consent has been given with the link, and why the last attempt failed. Clients can poll it.',
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
      body: await readConsent(services, params.accountId, params.consentId),
    }),
  }),
]
