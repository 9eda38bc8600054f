import type { Reason } from '../../reasons/reason.ts'
import type { Circuit } from '../circuits/circuit.ts'
import { agentSilentSince, lastSignOf } from './agent-sign.ts'
import type { Destination, DestinationToken } from './destination.ts'
import type { DestinationFigures } from './figures.ts'

/** What is known about a destination besides its settings. */
export interface DestinationState {
  readonly circuit?: Circuit | undefined
  readonly figures?: DestinationFigures | undefined
  readonly tokens: readonly Pick<DestinationToken, 'createdAt' | 'lastUsedAt' | 'agent'>[]
}

/** In milliseconds. The first retries of a message take about as long, so a later one needs attention. */
const lateAfter = 30 * 60_000

/** @returns what needs attention, the most urgent first */
export const destinationWarningsOf = (
  destination: Destination,
  { circuit, figures, tokens }: DestinationState,
  now: Date,
): Reason[] => {
  const found = [
    circuit && circuitWarning(circuit),
    agentWarning(destination, tokens, now),
    figures && quarantineWarning(destination, figures),
    figures && waitingWarning(destination, figures, now),
  ]
  return found.filter((warning) => warning !== undefined)
}

const circuitWarning = ({ suspendedAt, openedAt, nextProbeAt, reason }: Circuit): Reason => ({
  code: suspendedAt === undefined ? 'destination-failing' : 'destination-suspended',
  detail:
    suspendedAt === undefined
      ? `The destination has been failing since ${openedAt}, so its deliveries wait in order. ${reason.detail}`
      : `The destination has been suspended since ${suspendedAt}, and its deliveries wait in order. ${reason.detail}`,
  remedy:
    `${reason.remedy} Postmaster tries again at ${nextProbeAt}, and continues as soon as the ` +
    'destination works. To try now, retry one of its deliveries.',
})

const agentWarning = (destination: Destination, tokens: DestinationState['tokens'], now: Date): Reason | undefined => {
  if (destination.kind !== 'pull' || destination.validity !== 'valid') return undefined
  if (tokens.length === 0)
    return {
      code: 'no-token',
      detail: 'The destination has no token, so no agent can collect its mail.',
      remedy: 'Create a token, and start `postmaster deliver` with it on the host of the ticket system.',
    }
  if (agentSilentSince(destination, tokens, now) === undefined) return undefined
  const last = lastSignOf(tokens)
  const host = last?.agent?.host
  return {
    code: 'agent-silent',
    detail: last
      ? `No agent has asked for deliveries since ${last.lastUsedAt}${host === undefined ? '' : `, when the agent on ${host} did`}.`
      : 'No agent has asked for deliveries yet.',
    remedy:
      'On the host of the ticket system, check whether `postmaster deliver` is running, and read its log. It needs a token of this destination and access to the API.',
  }
}

const quarantineWarning = ({ name }: Destination, { quarantined }: DestinationFigures): Reason | undefined =>
  quarantined === 0
    ? undefined
    : {
        code: 'quarantine-not-empty',
        detail: `${countOf(quarantined)} could not be handed over and ${quarantined === 1 ? 'is' : 'are'} quarantined.`,
        remedy: `List them with \`postmaster deliveries list --destination "${name}" --state quarantined\`. Then retry, redirect or handle each of them.`,
      }

const waitingWarning = (
  { validity }: Destination,
  { open, oldestOpenAt }: DestinationFigures,
  now: Date,
): Reason | undefined => {
  if (open === 0) return undefined
  if (validity !== 'valid')
    return {
      code: 'deliveries-wait',
      detail: `${countOf(open)} ${open === 1 ? 'waits' : 'wait'}, because the destination is not valid.`,
      remedy: 'Set its validity to `valid` to continue, or send the deliveries to another destination.',
    }
  return oldestOpenAt !== undefined && now.getTime() - Date.parse(oldestOpenAt) > lateAfter
    ? {
        code: 'deliveries-late',
        detail: `${countOf(open)} ${open === 1 ? 'waits' : 'wait'}, the oldest since ${oldestOpenAt}.`,
        remedy: 'Read the reason of the oldest delivery, and check the receiver.',
      }
    : undefined
}

/** The sweep counts up to this number. */
const countedUpTo = 1000
const countOf = (count: number): string =>
  `${count >= countedUpTo ? `${countedUpTo} or more` : count} ${count === 1 ? 'delivery' : 'deliveries'}`
