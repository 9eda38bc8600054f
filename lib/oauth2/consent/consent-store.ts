import type { Attempt, Ticket } from './consent-rows.ts'
import type { Outcome } from './outcome.ts'

/** The reads of the start page. */
export interface TicketReader {
  /** Also returns an expired ticket while its row exists. */
  readTicket(ticketKey: string): Promise<Ticket | undefined>
}

export interface TicketWriter {
  addTicket(ticket: Ticket): Promise<void>
}

export interface AttemptReader {
  /** Also returns an expired attempt while its row exists. */
  readAttempt(attemptKey: string): Promise<Attempt | undefined>
}

export interface AttemptStarter {
  /** @returns false, without counting, if the ticket is used, expired or has no attempts left */
  countAttempt(ticketKey: string, now: Date): Promise<boolean>
  addAttempt(attempt: Attempt): Promise<void>
}

export interface AttemptCompleter {
  /**
   * Takes an attempt. This succeeds only once per attempt.
   * @returns undefined, without a change, unless the attempt is open, not expired, and began in the browser with this
   * hash
   */
  takeAttempt(attemptKey: string, browserHash: string, now: Date): Promise<Attempt | undefined>
  /** @param expiresAt the time until which the outcome can be read, in epoch seconds */
  settleAttempt(attemptKey: string, outcome: Outcome, expiresAt: number): Promise<void>
  /** Marks the ticket as used for its one connection. @returns false if it was used before */
  useTicket(ticketKey: string, now: Date): Promise<boolean>
  /** Reverts the caller's own `useTicket`. */
  giveTicketBack(ticketKey: string, usedAt: Date): Promise<void>
  noteFailure(ticketKey: string, failure: NonNullable<Ticket['lastFailure']>): Promise<void>
}

export type ConsentStore = TicketReader & TicketWriter & AttemptReader & AttemptStarter & AttemptCompleter
