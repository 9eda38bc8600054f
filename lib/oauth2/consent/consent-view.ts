import * as z from 'zod'
import { ProblemError } from '../../problems/problem.ts'
import { exampleIds, personField, subField, timeField } from '../../requests/documented-fields.ts'
import { type Ticket, ticketKeyOf } from './consent-rows.ts'
import type { TicketReader } from './consent-store.ts'

export const consentIdField = z
  .string()
  .min(1)
  .max(64)
  .meta({ description: 'The consent’s id. It opens nothing.', examples: [exampleIds.consent] })

export const consentLinkSchema = z
  .object({
    consentId: consentIdField,
    url: z.string().meta({
      description:
        'For the person whose mailbox it is, to be opened in the browser in which they will sign in. Whoever has it can connect the mailbox only ' +
        'if the mailbox lets them in.',
      examples: ['https://postmaster.example.com/oauth2/start/f1ZkqvXH3cQ0u5mD8yB2sW6aT9eR4pL7nJ1gK0iVxYo'],
    }),
    expiresAt: timeField('Until when it can be opened: 24 hours.', '2026-03-03T08:10:04.000Z'),
  })
  .meta({
    id: 'ConsentLink',
    description: 'A link by which somebody may connect a mail account. It makes one connection.',
  })
export type ConsentLink = z.infer<typeof consentLinkSchema>

export const consentStates = ['waiting', 'connected', 'expired'] as const

export const consentViewSchema = z
  .object({
    consentId: consentIdField,
    state: z.enum(consentStates).meta({
      description:
        '`waiting`: nobody has consented with the link yet; `connected`: somebody has, and it is used up; `expired`.',
      examples: ['waiting'],
    }),
    requestedBy: personField('The admin who requested the consent.'),
    requestedBySub: subField('the admin who requested the consent'),
    requestedAt: timeField('When.', '2026-03-02T08:10:04.000Z'),
    expiresAt: timeField('Until when the link can be opened.', '2026-03-03T08:10:04.000Z'),
    connectedAt: timeField('When somebody consented.').optional(),
    attempts: z
      .int()
      .meta({ description: 'How often somebody was sent to the provider with it; at most 20 times.', examples: [1] }),
    lastFailure: z
      .object({
        code: z.string().meta({ description: 'Stable.', examples: ['admin-approval-needed'] }),
        words: z.string().meta({
          description: 'What happened.',
          examples: ['The organisation wants an administrator to approve first.'],
        }),
        remedy: z.string().meta({
          description: 'What to do about it.',
          examples: ['Ask an administrator of the organisation to approve it.'],
        }),
        at: timeField('When.'),
      })
      .meta({ description: 'Why the last attempt came to nothing; the link can still be used.' })
      .optional(),
  })
  .meta({
    id: 'Consent',
    description: 'What became of a link. Known for 24 hours.',
    // `connectedAt` and `lastFailure` are never there together.
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
          words: 'The organisation lets people use this app only after an administrator has approved it.',
          remedy: 'Ask an administrator of the mailbox’s organisation to approve the app at the provider.',
          at: '2026-03-02T09:02:11.530Z',
        },
      },
    ],
  })
export type ConsentView = z.infer<typeof consentViewSchema>

/** @throws ProblemError `not-found` */
export const readConsent = async (
  accountId: string,
  consentId: string,
  { consents, now }: { readonly consents: TicketReader; readonly now: () => Date },
): Promise<ConsentView> => {
  const ticket = await consents.readTicket(ticketKeyOf(consentId))
  if (ticket?.accountId !== accountId) throw new ProblemError('not-found', 'The account has no consent with this id.')
  const { requestedBy, requestedBySub, requestedAt, expiresAt, usedAt, attempts, lastFailure } = ticket
  return {
    consentId,
    state: stateOf(ticket, now()),
    requestedBy,
    ...(requestedBySub !== undefined && { requestedBySub }),
    requestedAt,
    expiresAt: isoOf(expiresAt),
    ...(usedAt !== undefined && { connectedAt: usedAt }),
    attempts,
    ...(lastFailure && { lastFailure }),
  }
}

const stateOf = ({ usedAt, expiresAt }: Ticket, now: Date): ConsentView['state'] => {
  if (usedAt !== undefined) return 'connected'
  return expiresAt * 1000 <= now.getTime() ? 'expired' : 'waiting'
}

const isoOf = (seconds: number): string => new Date(seconds * 1000).toISOString()
