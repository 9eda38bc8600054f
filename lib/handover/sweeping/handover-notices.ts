import { nameInSubject, noticeOf } from '../../notifications/notice-text.ts'
import type { Notice } from '../../notifications/notices.ts'
import { minuteOf } from '../../text/times.ts'
import type { Circuit } from '../circuits/circuit.ts'
import type { Destination } from '../destinations/destination.ts'

const aboutDestination = ({ destinationId }: Destination) => ({
  about: { destination: destinationId },
  page: `/destinations/${destinationId}`,
})

const idAndCommand = ({ destinationId }: Destination): string =>
  `Destination: ${destinationId}. To see it, run \`postmaster destinations show ${destinationId}\`.`

const youHearOfTheEnd = 'You get another notice when this is over.'

/** The notice that a destination has failed for a day, or wants no further requests. */
export const suspensionNotice = (destination: Destination, { openedAt, reason }: Circuit): Notice =>
  noticeOf({
    kind: 'destination-suspended',
    ...aboutDestination(destination),
    subject: `${nameInSubject(destination.name)} does not accept mail`,
    happened: `Postmaster has not been able to hand mail over to the destination ${destination.name} since ${minuteOf(openedAt)}.`,
    cause: reason.detail,
    remedy: reason.remedy,
    closing: `${idAndCommand(destination)} Its mail waits. No mail is lost. Postmaster tries again every hour and resumes automatically. ${youHearOfTheEnd}`,
  })

/** The notice that a suspension has ended. */
export const resumptionNotice = (destination: Destination): Notice =>
  destination.validity === 'valid'
    ? noticeOf({
        kind: 'destination-recovered',
        ...aboutDestination(destination),
        subject: `${nameInSubject(destination.name)} accepts mail again`,
        happened: `The destination ${destination.name} is no longer suspended. Postmaster hands the waiting mail over, the oldest first.`,
        closing: `Destination: ${destination.destinationId}. You do not have to do anything.`,
      })
    : noticeOf({
        kind: 'destination-recovered',
        ...aboutDestination(destination),
        subject: `${nameInSubject(destination.name)} was switched off`,
        happened: `The destination ${destination.name} was suspended. Postmaster no longer probes it, because someone switched it off.`,
        closing: `${idAndCommand(destination)} Its mail waits until the destination is valid again.`,
      })

/** The notice that no agent collects the mail of a destination. */
export const silenceNotice = (destination: Destination, since: string): Notice =>
  noticeOf({
    kind: 'agent-silent',
    ...aboutDestination(destination),
    subject: `no agent collects the mail of ${nameInSubject(destination.name)}`,
    happened: `No agent has asked for the mail of the destination ${destination.name} since ${minuteOf(since)}.`,
    cause: 'The agent has stopped, it cannot reach Postmaster, or its token was revoked.',
    remedy: 'Check the agent on its machine, for example with `systemctl status postmaster-agent` and its log.',
    closing: `${idAndCommand(destination)} Its mail waits. No mail is lost. Delivery resumes as soon as an agent asks again. ${youHearOfTheEnd}`,
  })

/**
 * The notice that a destination is no longer without an agent.
 * @param seenAt when an agent asked last (ISO), if that was after the silence began
 */
export const agentBackNotice = (destination: Destination, seenAt: string | undefined): Notice => {
  const how = seenAt === undefined ? unseenWords(destination) : `An agent asked for its mail at ${minuteOf(seenAt)}.`
  return noticeOf({
    kind: 'agent-back',
    ...aboutDestination(destination),
    subject:
      seenAt === undefined
        ? `${nameInSubject(destination.name)} is no longer reported as silent`
        : `an agent collects the mail of ${nameInSubject(destination.name)} again`,
    happened: `The destination ${destination.name} no longer counts as silent. ${how}`,
    closing: idAndCommand(destination),
  })
}

const unseenWords = ({ validity }: Destination): string =>
  validity === 'valid'
    ? 'Its tokens were changed, and Postmaster waits for an agent that uses one of them.'
    : 'Someone switched it off, and its mail waits until it is valid again.'
