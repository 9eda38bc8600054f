import { ProblemError } from '../../reasons/problem.ts'
import { printable } from '../../text/printable.ts'
import { remoteOf } from '../delivering/remote.ts'
import type { Destination } from '../destinations/destination.ts'
import type { Outcome, OutcomeResult } from '../ledger/outcome.ts'
import type { Ack, Nack, SettledAnswer } from './agent-protocol.ts'
import type { AgentServices } from './agent-services.ts'
import { reportOutcome } from './report-outcome.ts'

/**
 * Records that the ticket system has taken the mail. This counts even if the lease has run out, and a repeat has the
 * same answer.
 * @throws ProblemError `not-found`, `lease-lost`
 */
export const acknowledge = async (
  services: AgentServices,
  destination: Destination,
  deliveryId: string,
  { lease, milliseconds, bytes, ...remote }: Ack,
): Promise<SettledAnswer> =>
  await settle(services, destination, deliveryId, {
    lease,
    milliseconds,
    outcome: { ...accepted, bytes, remote: remoteOf(remote) },
  })

/**
 * Records that the ticket system has not taken the mail, or that this is unknown.
 * @throws ProblemError `not-found`, `lease-lost`
 */
export const refuse = async (
  services: AgentServices,
  destination: Destination,
  deliveryId: string,
  { lease, milliseconds, ...nack }: Nack,
): Promise<SettledAnswer> =>
  await settle(services, destination, deliveryId, { lease, milliseconds, outcome: outcomeOf(nack) })

const settle = async (
  services: AgentServices,
  destination: Destination,
  deliveryId: string,
  report: { readonly lease: string; readonly milliseconds: number; readonly outcome: Outcome },
): Promise<SettledAnswer> => {
  const startedAt = new Date(services.now().getTime() - report.milliseconds).toISOString()
  const settled = await reportOutcome(services, destination, deliveryId, { ...report, startedAt })
  if (settled === 'not-found') throw new ProblemError('not-found', 'There is no delivery with this id.')
  if (settled === 'unknown-lease')
    throw new ProblemError(
      'lease-lost',
      'The delivery was never leased under this lease, or another attempt has begun since.',
    )
  return { state: settled.delivery.state }
}

const accepted = {
  result: 'delivered',
  scope: 'message',
  answered: true,
  code: 'accepted',
  detail: 'The ticket system accepted the mail.',
  remedy: 'No action is required.',
} as const

const outcomeOf = ({
  scope,
  permanent,
  code,
  detail,
  remedy,
  inDoubt,
  answered,
}: Omit<Nack, 'lease' | 'milliseconds'>): Outcome => ({
  result: resultOf(permanent, inDoubt === true),
  scope,
  code,
  detail: printable(detail),
  remedy: printable(remedy ?? 'Check the ticket system, and the agent’s log on its host.'),
  bytes: 0,
  ...(answered && { answered }),
})

const resultOf = (permanent: boolean, inDoubt: boolean): OutcomeResult => {
  if (inDoubt) return 'in-doubt'
  return permanent ? 'permanent' : 'temporary'
}
