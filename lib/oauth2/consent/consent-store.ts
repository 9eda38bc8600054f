import type { Attempt, Ticket } from './consent-rows.ts'
import type { Outcome } from './outcome.ts'

/** What the start page needs. */
export interface TicketReader {
  /** Also one that has expired, as long as it is there. */
  readTicket(ticketKey: string): Promise<Ticket | undefined>
}

export interface TicketWriter {
  addTicket(ticket: Ticket): Promise<void>
}

export interface AttemptReader {
  /** Also one that has expired, as long as it is there. */
  readAttempt(attemptKey: string): Promise<Attempt | undefined>
}

export interface AttemptStarter {
  /** False, and nothing counted, when the ticket is used, expired or used up by attempts. */
  countAttempt(ticketKey: string, now: Date): Promise<boolean>
  addAttempt(attempt: Attempt): Promise<void>
}

export interface AttemptCompleter {
  /** Undefined, and nothing changed, unless the attempt is open, not expired, and began in the browser with this hash. Once only. */
  takeAttempt(attemptKey: string, browserHash: string, now: Date): Promise<Attempt | undefined>
  /** @param expiresAt until when the outcome can be read, epoch seconds */
  settleAttempt(attemptKey: string, outcome: Outcome, expiresAt: number): Promise<void>
  /** The one connection the ticket is good for. False when it was made already. */
  useTicket(ticketKey: string, now: Date): Promise<boolean>
  /** Takes `useTicket` back, by whoever did it. */
  giveTicketBack(ticketKey: string, usedAt: Date): Promise<void>
  noteFailure(ticketKey: string, failure: NonNullable<Ticket['lastFailure']>): Promise<void>
}

export type ConsentStore = TicketReader & TicketWriter & AttemptReader & AttemptStarter & AttemptCompleter
