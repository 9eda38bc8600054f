import * as z from 'zod'
import type { Actor } from '../../requests/actor.ts'
import { askedSchema } from './asked.ts'
import { outcomeSchema } from './outcome.ts'
import { hashOf } from './secret-text.ts'

/**
 * A link for whoever owns the mailbox. It is good for one connection: until that is made it may be tried again, as
 * people close windows, sign in as somebody else, or wait for an administrator's approval.
 */
export const ticketSchema = z.object({
  /** See ticketKeyOf. */
  consentKey: z.string().startsWith('ticket#'),
  accountId: z.string(),
  asked: askedSchema,
  requestedBy: z.string(),
  requestedBySub: z.string().optional(),
  requestedAt: z.string(),
  returnTo: z.string().optional(),
  attempts: z.int().min(0),
  /** When the connection was made. */
  usedAt: z.string().optional(),
  /** Why the last attempt came to nothing. */
  lastFailure: z.object({ code: z.string(), words: z.string(), remedy: z.string(), at: z.string() }).optional(),
  /** Epoch seconds. Checked: DynamoDB removes rows only some time after. */
  expiresAt: z.int(),
})
export type Ticket = z.infer<typeof ticketSchema>

export const requesterOf = ({ requestedBy, requestedBySub }: Ticket): Actor => ({
  name: requestedBy,
  sub: requestedBySub,
})

/**
 * One round trip to the provider. Nothing in it lets anybody complete it: state and cookie are known by their hashes
 * only.
 */
export const attemptSchema = z.object({
  /** See attemptKeyOf. */
  consentKey: z.string().startsWith('state#'),
  ticketKey: z.string().startsWith('ticket#'),
  browserHash: z.string(),
  startedAt: z.string(),
  /** Somebody came back with the state: nobody can a second time. */
  takenAt: z.string().optional(),
  outcome: outcomeSchema.optional(),
  expiresAt: z.int(),
})
export type Attempt = z.infer<typeof attemptSchema>

/** Ids are the hashes of tickets and states: they may stand in addresses and answers, and lead nobody back to them. */
export const ticketIdOf = (ticket: string): string => hashOf(ticket)
export const attemptIdOf = (state: string): string => hashOf(state)

export const ticketKeyOf = (ticketId: string): string => `ticket#${ticketId}`
export const attemptKeyOf = (attemptId: string): string => `state#${attemptId}`
