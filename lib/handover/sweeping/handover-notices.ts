import type { Notice } from '../../notifications/notices.ts'
import { printable } from '../../text/printable.ts'
import type { Circuit } from '../circuits/circuit.ts'
import type { Destination } from '../destinations/destination.ts'

/** The notice that a destination has failed for a day, or wants no further requests. */
export const suspensionNotice = ({ destinationId, name }: Destination, { openedAt, reason }: Circuit): Notice => ({
  kind: 'destination-suspended',
  about: { destination: destinationId },
  subject: `Postmaster: ${name} does not accept mail`,
  text: [
    `Postmaster has not been able to hand mail over to the destination ${name} since ${openedAt}.`,
    '',
    `Cause: ${reason.detail}`,
    `What to do: ${reason.remedy}`,
    '',
    `Destination: ${destinationId}. Its mail waits. No mail is lost. Postmaster tries again every hour and resumes automatically.`,
  ]
    .map(printable)
    .join('\n'),
})

/** The notice that no agent collects the mail of a destination. */
export const silenceNotice = ({ destinationId, name }: Destination, since: string): Notice => ({
  kind: 'agent-silent',
  about: { destination: destinationId },
  subject: `Postmaster: no agent collects the mail of ${name}`,
  text: [
    `No agent has asked for the mail of the destination ${name} since ${since}.`,
    '',
    'Cause: The agent has stopped, it cannot reach Postmaster, or its token was revoked.',
    'What to do: Check the agent on its machine, for example with `systemctl status postmaster-agent` and its log.',
    '',
    `Destination: ${destinationId}. Its mail waits. No mail is lost. Delivery resumes as soon as an agent asks again.`,
  ]
    .map(printable)
    .join('\n'),
})
