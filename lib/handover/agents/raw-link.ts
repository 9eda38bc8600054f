import { requireNotErased } from '../../messages/store/message-catalog.ts'
import { ProblemError } from '../../reasons/problem.ts'
import { UncleanableMail } from '../copy/clean-header.ts'
import type { Destination } from '../destinations/destination.ts'
import type { AgentServices } from './agent-services.ts'

/**
 * Returns a link to the mail as the destination receives it. It needs no lease, because receivers of webhooks ask for it
 * as well.
 * @throws ProblemError `not-found`, `message-erased`, `raw-mail-expired`, `header-field-too-long`
 */
export const rawLink = async (
  { ledger, plans, mails, linkTo }: Pick<AgentServices, 'ledger' | 'plans' | 'mails' | 'linkTo'>,
  destination: Destination,
  deliveryId: string,
  signal: AbortSignal,
): Promise<string> => {
  const delivery = await ledger.read(deliveryId)
  if (!delivery) throw new ProblemError('not-found', 'There is no delivery with this id.')
  const message = (await plans.read(delivery.messageId))?.message
  if (message) requireNotErased(message)
  const mail = message && (await mails.prepare(message, destination, signal).catch(refusePrepared))
  const link = mail && (await linkTo(message, mail))
  if (link === undefined) throw new ProblemError('raw-mail-expired', 'The raw mail has been deleted.')
  return link
}

const refusePrepared = (error: unknown): never => {
  if (error instanceof UncleanableMail) throw new ProblemError(error.code, error.detail)
  throw error
}
