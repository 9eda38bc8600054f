import * as z from 'zod'
import type { Actor } from '../../audit/audit-entry.ts'
import { reasonSchema } from '../../reasons/reason.ts'
import { askedSchema } from './asked.ts'
import { outcomeSchema } from './outcome.ts'
import { hashOf } from './secret-text.ts'

/**
 * A link for the mailbox's owner. It makes one connection. Until then it can be tried again, because people close
 * windows, sign in with another account, or wait for an administrator's approval.
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
  /** The time of the connection. */
  usedAt: z.string().optional(),
  /** The reason why the last attempt failed. */
  lastFailure: reasonSchema.extend({ at: z.string() }).optional(),
  /** Epoch seconds. Also checked on reading, because DynamoDB removes expired rows with a delay. */
  expiresAt: z.int(),
})
export type Ticket = z.infer<typeof ticketSchema>

export const requesterOf = ({ requestedBy, requestedBySub }: Ticket): Actor => ({
  name: requestedBy,
  sub: requestedBySub,
})

/**
 * One round trip to the provider. Its contents do not allow completing it, because the row contains only the hashes of
 * state and cookie.
 */
export const attemptSchema = z.object({
  /** See attemptKeyOf. */
  consentKey: z.string().startsWith('state#'),
  ticketKey: z.string().startsWith('ticket#'),
  browserHash: z.string(),
  startedAt: z.string(),
  /** The time at which a browser returned with the state. The state cannot be used a second time. */
  takenAt: z.string().optional(),
  outcome: outcomeSchema.optional(),
  expiresAt: z.int(),
})
export type Attempt = z.infer<typeof attemptSchema>

/**
 * Ids are hashes of tickets and states. They may appear in addresses and responses, because a hash cannot be reversed.
 */
export const ticketIdOf = (ticket: string): string => hashOf(ticket)
export const attemptIdOf = (state: string): string => hashOf(state)

export const ticketKeyOf = (ticketId: string): string => `ticket#${ticketId}`
export const attemptKeyOf = (attemptId: string): string => `state#${attemptId}`
