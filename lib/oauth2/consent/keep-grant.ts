import type { AuditTrail } from '../../audit/audit-trail.ts'
import type { TokenAnswer } from '../authorization/authorization-server.ts'
import type { GrantKeeper } from '../tokens/grant-keeper.ts'
import { attemptFailures, ConsentFailure } from './consent-failure.ts'
import { requesterOf, type Ticket } from './consent-rows.ts'
import type { AttemptCompleter } from './consent-store.ts'
import type { Setup } from './still-asked.ts'

export interface KeepServices {
  readonly consents: Pick<AttemptCompleter, 'useTicket' | 'giveTicketBack'>
  readonly grants: Pick<GrantKeeper, 'keep'>
  readonly audit: AuditTrail
  readonly now: () => Date
}

export interface ProvenAnswer {
  readonly answer: TokenAnswer
  readonly consentedBy: string | undefined
  /** True if it is unknown whose grant it is and whether it opens the mailbox. It does not replace a valid grant. */
  readonly isGuess: boolean
}

/**
 * Keeps a grant and uses up the ticket for its one connection. If the grant could not be kept, the ticket can be used
 * again.
 * @throws ConsentFailure
 */
export const keepGrant = async (
  { account, profile }: Setup,
  ticket: Ticket,
  { answer, consentedBy, isGuess }: ProvenAnswer,
  { consents, grants, audit, now }: KeepServices,
): Promise<void> => {
  const { consentKey, requestedBy, requestedBySub } = ticket
  const usedAt = now()
  if (!(await consents.useTicket(consentKey, usedAt))) throw new ConsentFailure(attemptFailures['link-used-meanwhile'])
  const { accountId, username, host } = account
  const intention = {
    by: requesterOf(ticket),
    action: 'connect' as const,
    subject: `/accounts/${accountId}`,
    name: `${username} on ${host}`,
    changes: consentedBy === undefined ? [] : [{ field: 'consentedBy', to: consentedBy }],
  }
  const grant = { account, profile, answer, consentedBy, requestedBy, requestedBySub }
  try {
    const kept = await audit.record(intention, () => grants.keep(grant, { unlessOneHolds: isGuess }), Boolean)
    if (!kept) throw new ConsentFailure(attemptFailures['person-unnamed'])
  } catch (error) {
    await consents.giveTicketBack(consentKey, usedAt)
    throw error
  }
}
