import { setTimeout as sleep } from 'node:timers/promises'
import { colours } from '../../cli/terminal/colours.ts'
import { shownPath } from '../../local/program.ts'
import type { SampleAgent } from '../sample-agent.ts'
import type { SampleReceiver, SampleTicket } from '../sample-receiver.ts'
import { mailLine } from './mail-line.ts'

const lookAgain = 200
const patience = 60_000
const shownTickets = 3

/** Waits until both destinations have received the announced mail, and prints where a person can see it. */
export const tellHandover = async (
  {
    receiver,
    agent,
    before,
  }: { readonly receiver: SampleReceiver; readonly agent: SampleAgent; readonly before: number },
  announced: number,
  say: (line: string) => void,
): Promise<void> => {
  say(`\n${colours.bold('Hand-over')}: every announced message goes to two destinations\n`)
  const inMaildir = () => agent.count() - before
  const isMissing = () => receiver.tickets.length < announced || inMaildir() < announced
  for (const end = Date.now() + patience; isMissing() && Date.now() < end; ) await sleep(lookAgain)
  say(`Webhook: ${receiver.tickets.length} signed events verified, and a ticket number returned for each`)
  for (const ticket of receiver.tickets.slice(0, shownTickets)) say(ticketLine(ticket))
  say(`Agent: ${inMaildir()} mails written to the Maildir ${shownPath(agent.maildir)}/new`)
}

export const ticketLine = ({ number, queue, subject }: SampleTicket): string =>
  mailLine(queue, subject, colours.dim(`ticket ${number}`))
