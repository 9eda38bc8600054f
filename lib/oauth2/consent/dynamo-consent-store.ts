import type { Expression, Table } from '../../tables/table.ts'
import { attemptsPerTicket } from './consent-limits.ts'
import { type Attempt, attemptSchema, type Ticket, ticketSchema } from './consent-rows.ts'
import type { ConsentStore } from './consent-store.ts'
import { type Outcome, outcomeSchema } from './outcome.ts'

/** Matches a ticket that can still make a connection. If there is no row, the comparison of `expiresAt` is false. */
const unused = (now: Date): Expression => ({
  text: 'attribute_not_exists(#usedAt) AND #expiresAt > :now',
  values: { now: secondsOf(now) },
})

export class DynamoConsentStore implements ConsentStore {
  readonly #table: Table

  constructor(table: Table) {
    this.#table = table
  }

  async addTicket(ticket: Ticket): Promise<void> {
    await this.#add(ticketSchema.parse(ticket))
  }

  async readTicket(ticketKey: string): Promise<Ticket | undefined> {
    const row = await this.#table.get(ticketKey)
    return row && ticketSchema.parse(row)
  }

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

  async readAttempt(attemptKey: string): Promise<Attempt | undefined> {
    const row = await this.#table.get(attemptKey)
    return row && attemptSchema.parse(row)
  }

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

  async useTicket(ticketKey: string, now: Date): Promise<boolean> {
    return await this.#table.update(
      ticketKey,
      { text: 'SET #usedAt = :usedAt REMOVE #lastFailure', values: { usedAt: now.toISOString() } },
      { text: 'attribute_exists(#consentKey) AND attribute_not_exists(#usedAt)' },
    )
  }

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

const secondsOf = (time: Date): number => Math.floor(time.getTime() / 1000)
