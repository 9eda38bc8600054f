import * as z from 'zod'

const saidSchema = z.object({
  error: z.string().optional(),
  description: z.string().optional(),
  uri: z.string().optional(),
})

/** Whose round trip it was, for the page it ends on. */
const aboutSchema = z.object({
  username: z.string(),
  mailbox: z.string(),
  providerName: z.string(),
  requestedBy: z.string(),
  requestedBySub: z.string().optional(),
  returnTo: z.string().optional(),
})
export type About = z.infer<typeof aboutSchema>

const failureSchema = z.object({ code: z.string(), words: z.string(), remedy: z.string() })

/** How a round trip ended, in words. It holds no token and no secret; what servers said is printable and bounded. */
export const outcomeSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('connected'),
    about: aboutSchema,
    consentedBy: z.string().optional(),
    /** Messages in the folder. */
    waiting: z.int().optional(),
    /** The login could not be tried, or the mailbox cannot be fetched yet: what is in the way. */
    unproven: failureSchema.optional(),
    /** `next-tick`: asking for a run failed, the schedule does it. `not-valid`: the account is not fetched as it is. */
    fetch: z.enum(['asked', 'next-tick', 'not-valid']),
  }),
  z.object({
    kind: z.literal('failed'),
    about: aboutSchema.optional(),
    ...failureSchema.shape,
    consentedBy: z.string().optional(),
    /** The provider's own words: foreign text. */
    said: saidSchema.optional(),
    /** As the connection test tells it. */
    mailServerSaid: z.string().optional(),
  }),
])
export type Outcome = z.infer<typeof outcomeSchema>
export type ConnectedOutcome = Extract<Outcome, { kind: 'connected' }>
export type FailedOutcome = Extract<Outcome, { kind: 'failed' }>
