import * as z from 'zod'
import type { Actor } from '../../audit/audit-entry.ts'
import { reasonSchema } from '../../reasons/reason.ts'
import { hashOf } from '../../secrets/random-secret.ts'
import type { Expression } from '../../tables/table.ts'
import { TableStore } from '../../tables/table-store.ts'
import { consentedForSchema } from '../consented-for.ts'

/**
 * Seconds. The link may be mailed to the mailbox's owner, who may read it the next day. A stolen link is no more useful
 * than it is to its owner, because only a login to that mailbox makes a connection.
 */
export const ticketLifetime = 24 * 60 * 60

/** Seconds, for entering a password and a second factor. RFC 6749 section 4.1.2 allows codes the same lifetime. */
export const attemptLifetime = 10 * 60

/**
 * Round trips with one link: more than a person needs, and few enough that a script that finds a link causes no cost.
 */
export const attemptsPerTicket = 20

/** Seconds after which an unfinished completion counts as interrupted. The function is stopped after 29. */
export const completionLimit = 40

/**
 * What a person is asked to consent to: the settings that a grant is bound to, and the mailbox that the page shows. If
 * it changes during the round trip, the person must be asked again.
 */
const askedSchema = consentedForSchema.extend({ mailbox: z.string().optional() })
export type Asked = z.infer<typeof askedSchema>

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

/** Epoch seconds, in which rows expire. */
export const secondsOf = (time: Date): number => Math.floor(time.getTime() / 1000)

export const hasExpired = ({ expiresAt }: Pick<Ticket | Attempt, 'expiresAt'>, now: Date): boolean =>
  expiresAt * 1000 <= now.getTime()

/** @returns `open` if the link can make a connection, or why it cannot */
export const ticketStateOf = (ticket: Ticket, now: Date): 'open' | 'used' | 'expired' | 'worn-out' => {
  if (ticket.usedAt !== undefined) return 'used'
  if (hasExpired(ticket, now)) return 'expired'
  return ticket.attempts >= attemptsPerTicket ? 'worn-out' : 'open'
}

/**
 * Ids are hashes of tickets and states. They may appear in addresses and responses, because a hash cannot be reversed.
 */
export const ticketIdOf = (ticket: string): string => hashOf(ticket)
export const attemptIdOf = (state: string): string => hashOf(state)

export const ticketKeyOf = (ticketId: string): string => `ticket#${ticketId}`
export const attemptKeyOf = (attemptId: string): string => `state#${attemptId}`

/** Matches a ticket that can still make a connection. If there is no row, the comparison of `expiresAt` is false. */
const unused = (now: Date): Expression => ({
  text: 'attribute_not_exists(#usedAt) AND #expiresAt > :now',
  values: { now: secondsOf(now) },
})

/** The links and the round trips of consents. */
export class ConsentStore extends TableStore {
  async addTicket(ticket: Ticket): Promise<void> {
    await this.#add(ticketSchema.parse(ticket))
  }

  /** Also returns an expired ticket while its row exists. */
  async readTicket(ticketKey: string): Promise<Ticket | undefined> {
    const row = await this.table.get(ticketKey)
    return row && ticketSchema.parse(row)
  }

  /** @returns false, without counting, if the ticket is used, expired or has no attempts left */
  async countAttempt(ticketKey: string, now: Date): Promise<boolean> {
    const { text, values } = unused(now)
    return await this.table.update(
      ticketKey,
      { text: 'SET #attempts = #attempts + :one', values: { one: 1 } },
      { text: `${text} AND #attempts < :most`, values: { ...values, most: attemptsPerTicket } },
    )
  }

  async addAttempt(attempt: Attempt): Promise<void> {
    await this.#add(attemptSchema.parse(attempt))
  }

  /** Also returns an expired attempt while its row exists. */
  async readAttempt(attemptKey: string): Promise<Attempt | undefined> {
    const row = await this.table.get(attemptKey)
    return row && attemptSchema.parse(row)
  }

  /**
   * Takes an attempt. This succeeds only once per attempt.
   * @returns undefined, without changing anything, unless the attempt is open, has not expired and began in the browser
   * with this hash
   */
  async takeAttempt(attemptKey: string, browserHash: string, now: Date): Promise<Attempt | undefined> {
    const taken = await this.table.update(
      attemptKey,
      { text: 'SET #takenAt = :takenAt', values: { takenAt: now.toISOString() } },
      {
        text: 'attribute_not_exists(#takenAt) AND #browserHash = :browserHash AND #expiresAt > :now',
        values: { browserHash, now: secondsOf(now) },
      },
    )
    // Only the request that took the attempt continues it, so the row does not change before it is read.
    return taken ? await this.readAttempt(attemptKey) : undefined
  }

  /** @param expiresAt the time until which the outcome can be read, in epoch seconds */
  async settleAttempt(attemptKey: string, outcome: Outcome, expiresAt: number): Promise<void> {
    await this.table.update(
      attemptKey,
      {
        text: 'SET #outcome = :outcome, #expiresAt = :expiresAt',
        values: { outcome: outcomeSchema.parse(outcome), expiresAt },
      },
      { text: 'attribute_exists(#takenAt)' },
    )
  }

  /** Marks the ticket as used for its one connection. @returns false if it was used before */
  async useTicket(ticketKey: string, now: Date): Promise<boolean> {
    return await this.table.update(
      ticketKey,
      { text: 'SET #usedAt = :usedAt REMOVE #lastFailure', values: { usedAt: now.toISOString() } },
      { text: 'attribute_exists(#consentKey) AND attribute_not_exists(#usedAt)' },
    )
  }

  /** Reverts the caller's own `useTicket`. */
  async giveTicketBack(ticketKey: string, usedAt: Date): Promise<void> {
    await this.table.update(
      ticketKey,
      { text: 'REMOVE #usedAt' },
      { text: '#usedAt = :usedAt', values: { usedAt: usedAt.toISOString() } },
    )
  }

  async noteFailure(ticketKey: string, failure: NonNullable<Ticket['lastFailure']>): Promise<void> {
    await this.table.update(
      ticketKey,
      { text: 'SET #lastFailure = :failure', values: { failure } },
      { text: 'attribute_exists(#consentKey) AND attribute_not_exists(#usedAt)' },
    )
  }

  async #add(row: Ticket | Attempt): Promise<void> {
    if (!(await this.table.put(row, { text: 'attribute_not_exists(#consentKey)' })))
      throw new Error('A new consent key already exists')
  }
}
