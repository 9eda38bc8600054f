import * as z from 'zod'
import { ProblemError } from '../../reasons/problem.ts'
import { exampleIds, personField, subField, timeField } from '../../requests/documented-fields.ts'
import type { Clock } from '../../text/clock.ts'
import { type ConsentStore, ticketKeyOf, ticketStateOf } from './consent-store.ts'

export const consentIdField = z
  .string()
  .min(1)
  .max(64)
  .meta({ description: 'The consent’s id. The id does not give access to anything.', examples: [exampleIds.consent] })

export const consentLinkSchema = z
  .object({
    consentId: consentIdField,
    url: z.string().meta({
      description:
        'The link for the mailbox’s owner. They must open it in the browser in which they sign in. A person who has the link can connect the mailbox ' +
        'only if the mail server lets them open it.',
      examples: ['https://postmaster.example.com/oauth2/start/f1ZkqvXH3cQ0u5mD8yB2sW6aT9eR4pL7nJ1gK0iVxYo'],
    }),
    expiresAt: timeField('When the link expires, 24 hours after it was created.', '2026-03-03T08:10:04.000Z'),
  })
  .meta({
    id: 'ConsentLink',
    description: 'A link with which a person can connect a mail account. The link makes one connection.',
  })
export type ConsentLink = z.infer<typeof consentLinkSchema>

export const consentStates = ['waiting', 'connected', 'expired'] as const

export const consentViewSchema = z
  .object({
    consentId: consentIdField,
    state: z.enum(consentStates).meta({
      description:
        '`waiting`: the mailbox has not been connected with the link yet. `connected`: the mailbox was connected, and the link is used up. `expired`: the link has expired.',
      examples: ['waiting'],
    }),
    requestedBy: personField('The admin who requested the consent.'),
    requestedBySub: subField('the admin who requested the consent'),
    requestedAt: timeField('When the consent was requested.', '2026-03-02T08:10:04.000Z'),
    expiresAt: timeField('When the link expires.', '2026-03-03T08:10:04.000Z'),
    connectedAt: timeField('When the mailbox was connected.').optional(),
    attempts: z
      .int()
      .meta({ description: 'The number of sign-ins started with the link. The limit is 20.', examples: [1] }),
    lastFailure: z
      .object({
        code: z.string().meta({ description: 'A stable code.', examples: ['admin-approval-needed'] }),
        detail: z.string().meta({
          description: 'What happened.',
          examples: ['People in the organisation can use this app only after an administrator has approved it.'],
        }),
        remedy: z.string().meta({
          description: 'What to do about it.',
          examples: ['Ask an administrator of the mailbox’s organisation to approve the app at the provider.'],
        }),
        at: timeField('When the attempt failed.'),
      })
      .meta({ description: 'Why the last attempt failed. The link can still be used.' })
      .optional(),
  })
  .meta({
    id: 'Consent',
    description: 'The state of a consent link. It is available for 24 hours.',
    // `connectedAt` and `lastFailure` are never present together.
    examples: [
      {
        consentId: exampleIds.consent,
        state: 'waiting',
        requestedBy: 'jane@example.com',
        requestedAt: '2026-03-02T08:10:04.000Z',
        expiresAt: '2026-03-03T08:10:04.000Z',
        attempts: 1,
        lastFailure: {
          code: 'admin-approval-needed',
          detail: 'People in the organisation can use this app only after an administrator has approved it.',
          remedy: 'Ask an administrator of the mailbox’s organisation to approve the app at the provider.',
          at: '2026-03-02T09:02:11.530Z',
        },
      },
    ],
  })
export type ConsentView = z.infer<typeof consentViewSchema>

/** @throws ProblemError `not-found` */
export const readConsent = async (
  { consents, now }: { readonly consents: Pick<ConsentStore, 'readTicket'>; readonly now: Clock },
  accountId: string,
  consentId: string,
): Promise<ConsentView> => {
  const ticket = await consents.readTicket(ticketKeyOf(consentId))
  if (ticket?.accountId !== accountId) throw new ProblemError('not-found', 'The account has no consent with this id.')
  const { requestedBy, requestedBySub, requestedAt, expiresAt, usedAt, attempts, lastFailure } = ticket
  return {
    consentId,
    state: states[ticketStateOf(ticket, now())],
    requestedBy,
    requestedBySub,
    requestedAt,
    expiresAt: new Date(expiresAt * 1000).toISOString(),
    connectedAt: usedAt,
    attempts,
    lastFailure,
  }
}

/** The number of attempts is in the view, so a link without attempts left needs no state of its own. */
const states = { open: 'waiting', 'worn-out': 'waiting', used: 'connected', expired: 'expired' } as const
