import type { Expression, Table } from '../../tables/table.ts'
import {
  type Attempt,
  attemptSchema,
  attemptsPerTicket,
  type Outcome,
  outcomeSchema,
  secondsOf,
  type Ticket,
  ticketSchema,
} from './consent-rows.ts'

/** Matches a ticket that can still make a connection. If there is no row, the comparison of `expiresAt` is false. */
const unused = (now: Date): Expression => ({
  text: 'attribute_not_exists(#usedAt) AND #expiresAt > :now',
  values: { now: secondsOf(now) },
})

/** The links and the round trips of consents. */
export class ConsentStore {
  readonly #table: Table

  constructor(table: Table) {
    this.#table = table
  }

  async addTicket(ticket: Ticket): Promise<void> {
    await this.#add(ticketSchema.parse(ticket))
  }

  /** Also returns an expired ticket while its row exists. */
  async readTicket(ticketKey: string): Promise<Ticket | undefined> {
    const row = await this.#table.get(ticketKey)
    return row && ticketSchema.parse(row)
  }

  /** @returns false, without counting, if the ticket is used, expired or has no attempts left */
  async countAttempt(ticketKey: string, now: Date): Promise<boolean> {
    const { text, values } = unused(now)
    return await this.#table.update(
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
    const row = await this.#table.get(attemptKey)
    return row && attemptSchema.parse(row)
  }

  /**
   * Takes an attempt. This succeeds only once per attempt.
   * @returns undefined, without changing anything, unless the attempt is open, has not expired and began in the browser
   * with this hash
   */
  async takeAttempt(attemptKey: string, browserHash: string, now: Date): Promise<Attempt | undefined> {
    const taken = await this.#table.update(
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
    await this.#table.update(
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
    return await this.#table.update(
      ticketKey,
      { text: 'SET #usedAt = :usedAt REMOVE #lastFailure', values: { usedAt: now.toISOString() } },
      { text: 'attribute_exists(#consentKey) AND attribute_not_exists(#usedAt)' },
    )
  }

  /** Reverts the caller's own `useTicket`. */
  async giveTicketBack(ticketKey: string, usedAt: Date): Promise<void> {
    await this.#table.update(
      ticketKey,
      { text: 'REMOVE #usedAt' },
      { text: '#usedAt = :usedAt', values: { usedAt: usedAt.toISOString() } },
    )
  }

  async noteFailure(ticketKey: string, failure: NonNullable<Ticket['lastFailure']>): Promise<void> {
    await this.#table.update(
      ticketKey,
      { text: 'SET #lastFailure = :failure', values: { failure } },
      { text: 'attribute_exists(#consentKey) AND attribute_not_exists(#usedAt)' },
    )
  }

  async #add(row: Ticket | Attempt): Promise<void> {
    if (!(await this.#table.put(row, { text: 'attribute_not_exists(#consentKey)' })))
      throw new Error('A new consent key already exists')
  }
}
