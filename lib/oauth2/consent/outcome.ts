import * as z from 'zod'
import { reasonSchema } from '../../reasons/reason.ts'

const saidSchema = z.object({
  error: z.string().optional(),
  description: z.string().optional(),
  uri: z.string().optional(),
})

/** Facts about the round trip for the page that it ends on. */
const aboutSchema = z.object({
  username: z.string(),
  mailbox: z.string(),
  providerName: z.string(),
  requestedBy: z.string(),
  requestedBySub: z.string().optional(),
  returnTo: z.string().optional(),
})
export type About = z.infer<typeof aboutSchema>

/** The outcome of a round trip. It contains no token or secret, and servers' texts are printable and bounded. */
export const outcomeSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('connected'),
    about: aboutSchema,
    consentedBy: z.string().optional(),
    /** Messages in the folder. */
    waiting: z.int().optional(),
    /** Why the login could not be tried, or why the mailbox cannot be fetched yet. */
    unproven: reasonSchema.optional(),
    /**
     * `next-tick`: the run could not be requested, so the schedule fetches the account. `not-valid`: accounts in this
     * validity are not fetched.
     */
    fetch: z.enum(['asked', 'next-tick', 'not-valid']),
  }),
  z.object({
    kind: z.literal('failed'),
    about: aboutSchema.optional(),
    ...reasonSchema.shape,
    consentedBy: z.string().optional(),
    /** The provider's own words, which are untrusted. */
    said: saidSchema.optional(),
    /** The mail server's response, as the connection test reports it. */
    mailServerSaid: z.string().optional(),
  }),
])
export type Outcome = z.infer<typeof outcomeSchema>
export type ConnectedOutcome = Extract<Outcome, { kind: 'connected' }>
export type FailedOutcome = Extract<Outcome, { kind: 'failed' }>
