import * as z from 'zod'

export const outcomeResults = ['delivered', 'temporary', 'permanent', 'in-doubt'] as const
export type OutcomeResult = (typeof outcomeResults)[number]

export const remoteSchema = z.object({
  ticket: z
    .string()
    .meta({ description: 'The ticket number.', examples: ['2026030210000017'] })
    .optional(),
  url: z
    .string()
    .meta({ description: 'The ticket’s address.', examples: ['https://tickets.example.com/2026030210000017'] })
    .optional(),
  result: z
    .string()
    .meta({ description: 'What the receiver did with the message, in its own words.', examples: ['new ticket'] })
    .optional(),
})
/** In characters. */
export const remoteLimits = { ticket: 100, url: 500, result: 60 } as const
/** What the receiver returned, if anything. */
export type Remote = z.infer<typeof remoteSchema>

/**
 * How a receiver treats a repeated delivery. `key`, `message-id`: it drops repeats. `lookup`: it can be asked. `none`:
 * a repeat creates a second ticket.
 */
export type Idempotency = 'key' | 'message-id' | 'lookup' | 'none'

/** The result of one attempt. Adapters return it and never throw for expected failures. */
export interface Outcome {
  readonly result: OutcomeResult
  /** Whether a failure concerns this message or the destination itself. */
  readonly scope: 'message' | 'destination'
  /** Present if the receiver itself answered. If the answer concerns only this message, the receiver works. */
  readonly answered?: true | undefined
  readonly code: string
  readonly detail: string
  readonly remedy: string
  readonly bytes: number
  /** The earliest ISO time of the next attempt, at most 24 hours ahead. */
  readonly retryAfter?: string | undefined
  /** Whether the destination wants no further requests. */
  readonly suspend?: true | undefined
  readonly remote?: Remote | undefined
}
